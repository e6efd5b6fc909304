import CoreAPI

/// Finds numbers that must not stand in one table.
enum ProtocolCheck {
  /// Checks that numbers were measured in one way.
  ///
  /// Within a column everything but the threshold's value must agree, and within a configuration that
  /// too if it was given in advance; between columns the data set, the classes and the definition of
  /// the mean must. Where an axis of the table tells data sets apart, each is checked for itself.
  ///
  /// - Parameters:
  ///   - series: The numbers.
  ///   - layout: What the table's rows and columns stand for.
  /// - Throws: ``ResultError/mixed(place:property:first:second:)`` for the first disagreement.
  static func check(_ series: [ResultSeries], layout: TableLayout) throws {
    let groups = Dictionary(grouping: series) { one in
      layout.dataAxes.map { one.value(of: $0) }
    }
    for group in groups.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }).map(\.value) {
      try check(group)
      if !layout.has(.rounds) { try checkRounds(of: group, layout: layout) }
    }
  }

  private static func check(_ series: [ResultSeries]) throws {
    for column in ResultColumn.allCases {
      let own = series.filter { $0.identity.measure == column }
      let measured = own.flatMap(records)
      guard let first = measured.first else { continue }
      for other in measured.dropFirst() {
        try compare(
          tableProperties + ownProperties, first, other, place: "the column \(column.title)")
      }
      for records in own.map(records) {
        for other in records.dropFirst() where other.evaluation.threshold.kind == .fixed {
          try compare([threshold], records[0], other, place: "the column \(column.title)")
        }
      }
    }
    let all = series.flatMap(records)
    guard let first = all.first else { return }
    for other in all.dropFirst() {
      try compare(tableProperties, first, other, place: "the table")
    }
  }

  /// Checks that all seeds that are averaged have as many rounds.
  private static func checkRounds(of series: [ResultSeries], layout: TableLayout) throws {
    let added = series.filter { $0.identity.variant != nil }
    let groups = Dictionary(grouping: added) { one in
      [one.identity.method, one.identity.variant ?? "", one.identity.settings]
        + layout.runAxes.map { one.value(of: $0) }
    }
    for (key, group) in groups.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      let variant = key[1]
      let records = group.flatMap(records)
      let last = Dictionary(grouping: records) { "\($0.method), seed \($0.seed)" }
        .mapValues { $0.map(\.round).max() ?? 0 }.sorted { $0.key < $1.key }
      guard let reference = last.first else { continue }
      if let other = last.first(where: { $0.value != reference.value }) {
        throw ResultError.mixed(
          place: "+ \(variant)", property: "numbers of rounds",
          first: "\(reference.value) (\(reference.key))", second: "\(other.value) (\(other.key))")
      }
    }
  }

  /// The numbers of a series by their seeds.
  private static func records(of series: ResultSeries) -> [ResultRecord] {
    series.seeds.compactMap { series.numbers[$0]?.record }
  }

  private typealias Property = (name: String, value: @Sendable (EvaluationProtocol) -> String)

  private static let tableProperties: [Property] = [
    ("data sets", { $0.dataset }),
    ("class lists", { $0.classes.joined(separator: ", ") }),
    ("definitions of the mean", { $0.mean.rawValue }),
    ("ignore policies", { "predicted 255 = \($0.ignoredPrediction.rawValue)" }),
  ]

  private static let threshold: Property = (
    "fixed thresholds", { "\($0.threshold.value ?? 0)" }
  )

  private static let ownProperties: [Property] = [
    ("splits", { $0.split }),
    ("numbers of images", { "\($0.imageCount)" }),
    ("threshold protocols", { $0.threshold.name }),
  ]

  private static func compare(
    _ properties: [Property], _ first: ResultRecord, _ other: ResultRecord, place: String
  ) throws {
    for property in properties {
      let (a, b) = (property.value(first.evaluation), property.value(other.evaluation))
      guard a != b else { continue }
      throw ResultError.mixed(
        place: place, property: property.name, first: "'\(a)' (\(name(first)))",
        second: "'\(b)' (\(name(other)))")
    }
  }

  private static func name(_ record: ResultRecord) -> String {
    "\(record.method)\(record.variant.map { " + \($0)" } ?? ""), seed \(record.seed)"
  }
}
