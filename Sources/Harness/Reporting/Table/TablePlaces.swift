/// Puts every series of numbers into its row and its column.
///
/// Rows that the axes leave equal but whose configurations differ become rows of their own, labelled
/// with the keys that tell them apart: nothing but seeds is ever averaged. A baseline that several
/// levels of a grid share stands at each of them.
struct TablePlaces {
  let labelHeadings: [String]
  private(set) var columns: [ResultTable.Column] = []
  private(set) var rows: [ResultTable.Row] = []

  private let layout: TableLayout
  private let series: [ResultSeries]
  /// The keys that tell interventions of the same name apart where they stand in columns.
  private let columnKeys: [String: [String]]
  /// The interventions whose last rounds differ between rows, which then name it.
  private let variantsOfSeveralRounds: Set<String>

  init(_ series: [ResultSeries], layout: TableLayout) {
    self.layout = layout
    self.series = series
    let headings = layout.blockAxes.map(\.heading)
    labelHeadings = headings.isEmpty ? [TableAxis.method.heading] : headings
    variantsOfSeveralRounds = Set(
      Dictionary(grouping: series.filter { $0.identity.variant != nil }) {
        $0.identity.variant ?? ""
      }.filter { Set($0.value.map(\.identity.round)).count > 1 }.keys)
    var columnKeys: [String: [String]] = [:]
    if layout.hasInterventionInColumns {
      for variant in series.compactMap(\.identity.variant).unique {
        columnKeys[variant] = DistinguishingKeys.find(
          series.filter { $0.identity.variant == variant }.map(\.settings.ofIntervention))
      }
    }
    self.columnKeys = columnKeys
    let keys = sorted(columnKeysOfSeries, axes: layout.columns)
    columns = keys.map(column)
    rows = makeRows(columns: keys)
  }

  // MARK: - Columns

  /// The different positions of columns; the paper's layout has all measures whatever was run.
  private var columnKeysOfSeries: [[String]] {
    layout.columns == [.measure]
      ? ResultColumn.allCases.map { [$0.title] } : series.map(columnKey).unique
  }

  private func columnKey(of one: ResultSeries) -> [String] {
    layout.columns.map { axis in
      guard axis.isOfIntervention else { return one.value(of: axis) }
      return axis == .intervention
        ? interventionLabel(of: one, keys: columnKeys[one.identity.variant ?? ""] ?? []) : ""
    }
  }

  private func column(_ key: [String]) -> ResultTable.Column {
    let measure = zip(layout.columns, key).first { $0.0 == .measure }
      .flatMap { pair in ResultColumn.allCases.first { $0.title == pair.1 } }
    let split = measure.flatMap { measure in
      series.first { $0.identity.measure == measure }?.evaluation?.split
    }
    var title = key.filter { !$0.isEmpty }.joined(separator: " · ")
    if let split { title += " (\(split))" }
    return ResultTable.Column(title: title, measure: measure)
  }

  // MARK: - Rows

  private func makeRows(columns keys: [[String]]) -> [ResultTable.Row] {
    var rows: [ResultTable.Row] = []
    for block in sorted(series.map(blockKey).unique, axes: layout.blockAxes) {
      let own = series.filter { blockKey(of: $0) == block }
      let distinguishing = distinguishingKeys(of: own, Self.identifying)
      let qualifiers = { (one: ResultSeries) in
        distinguishing.map {
          DistinguishingKeys.phrase($0, Self.identifying(one)[$0])
        }
      }
      for qualifier in own.map(qualifiers).unique {
        var labels = block.isEmpty ? [""] : block
        labels[0] = ([labels[0]] + qualifier).filter { !$0.isEmpty }.joined(separator: ", ")
        if labels == [""] { labels = ["all"] }
        rows += makeBlock(own.filter { qualifiers($0) == qualifier }, labels: labels, columns: keys)
      }
    }
    return rows
  }

  /// Returns the rows of a baseline and of what was added to it.
  private func makeBlock(
    _ own: [ResultSeries], labels: [String], columns keys: [[String]]
  ) -> [ResultTable.Row] {
    guard !layout.hasInterventionInColumns else {
      return [row(own, labels: labels, block: nil, columns: keys)]
    }
    let baseline = own.filter { $0.identity.variant == nil }
    var rows = [row(baseline, labels: labels, block: nil, columns: keys)]
    for variant in own.compactMap(\.identity.variant).unique {
      let added = own.filter { $0.identity.variant == variant }
      let distinguishing = distinguishingKeys(of: added, \.settings.ofIntervention)
      let label = { (one: ResultSeries) in interventionLabel(of: one, keys: distinguishing) }
      for text in added.map(label).unique {
        var own = [String](repeating: "", count: labels.count)
        own[0] = text
        rows.append(
          row(added.filter { label($0) == text }, labels: own, block: labels, columns: keys))
      }
    }
    return rows
  }

  private func row(
    _ own: [ResultSeries], labels: [String], block: [String]?, columns keys: [[String]]
  ) -> ResultTable.Row {
    let cells = Dictionary(own.map { (columnKey(of: $0), $0) }, uniquingKeysWith: { $1 })
    return ResultTable.Row(
      labels: labels, method: own.first?.identity.method ?? labels[0],
      variant: block == nil ? nil : own.first?.identity.variant,
      rounds: own.map(\.identity.round).max() ?? 0,
      intervention: own.lazy.compactMap(\.intervention).first,
      cells: keys.map { key in
        cells[key].map { ResultTable.Cell(value: SampleStatistics($0.values), series: $0) }
      }, block: block)
  }

  // MARK: - Labels

  private func blockKey(of one: ResultSeries) -> [String] {
    layout.blockAxes.map { one.value(of: $0) }
  }

  /// The keys that tell apart the configurations that would share a cell.
  private func distinguishingKeys(
    of own: [ResultSeries], _ values: (ResultSeries) -> [String: String]
  ) -> [String] {
    let cells = Dictionary(grouping: own) { one in
      zip(layout.columns, columnKey(of: one)).filter { !$0.0.isOfIntervention }.map(\.1)
    }
    return cells.sorted { $0.key.lexicographicallyPrecedes($1.key) }
      .flatMap { DistinguishingKeys.find($0.value.map(values)) }.unique
  }

  /// What tells baselines apart: their settings and their title.
  private static func identifying(_ one: ResultSeries) -> [String: String] {
    one.baselineSettings.values.merging([TableAxis.method.name: one.identity.method]) { $1 }
  }

  /// The label of what was added to a baseline, "baseline" where nothing was.
  private func interventionLabel(of one: ResultSeries, keys: [String]) -> String {
    guard let variant = one.identity.variant else { return "baseline" }
    var phrases = ["+ \(variant)"]
    var shown: Set<String> = []
    for axis in layout.interventionAxes {
      if case .key(let key) = axis {
        shown.insert(key)
        phrases.append(DistinguishingKeys.phrase(key, one.settings.values[key]))
      } else {
        phrases.append("T = \(one.identity.round)")
      }
    }
    if !layout.has(.rounds), variantsOfSeveralRounds.contains(variant) {
      phrases.append("T = \(one.identity.round)")
    }
    phrases += keys.filter { !shown.contains($0) }.map {
      DistinguishingKeys.phrase($0, one.settings.values[$0])
    }
    return phrases.joined(separator: ", ")
  }

  // MARK: - Order

  /// Sorts positions by one axis after the other: numbers ascend, measures stand as in the paper, and
  /// everything else as it was met.
  private func sorted(_ keys: [[String]], axes: [TableAxis]) -> [[String]] {
    let ranks = axes.indices.map { place in
      let values = keys.map { $0[place] }.unique
      let numbers = values.map { Double($0) }
      let measures = ResultColumn.allCases.map(\.title)
      let isNumeric = numbers.allSatisfy { $0 != nil }
      return Dictionary(
        uniqueKeysWithValues: values.enumerated().map { index, value in
          let measure = axes[place] == .measure ? measures.firstIndex(of: value) : nil
          return (value, isNumeric ? numbers[index] ?? 0 : Double(measure ?? index))
        })
    }
    let rank = { (key: [String]) in zip(ranks, key).map { $0[$1] ?? 0 } }
    return keys.sorted { rank($0).lexicographicallyPrecedes(rank($1)) }
  }
}
