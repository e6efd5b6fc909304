/// What the rows and columns of a table stand for.
public struct TableLayout: Sendable, Equatable {
  /// The axes of the rows, the outermost first.
  public let rows: [TableAxis]
  /// The axes of the columns, the outermost first.
  public let columns: [TableAxis]
  /// The axes that tell data sets apart: numbers of different data stand in different places.
  let dataAxes: [TableAxis]

  /// The paper's layout: every baseline with its interventions beneath it, CAM, pseudo-mask and
  /// segmentation mask beside each other.
  public static let paper = TableLayout(checked: [.method, .intervention], [.measure])

  private init(checked rows: [TableAxis], _ columns: [TableAxis], dataAxes: [TableAxis] = []) {
    self.rows = rows
    self.columns = columns
    self.dataAxes = dataAxes
  }

  /// Creates a layout; what is not named stands where the paper has it.
  ///
  /// - Parameters:
  ///   - rows: The axes of the rows; none for the paper's.
  ///   - columns: The axes of the columns; none for the paper's.
  /// - Throws: ``TableError/axisTwice(_:)`` if an axis is given twice.
  public init(rows: [TableAxis], columns: [TableAxis]) throws {
    var seen: Set<TableAxis> = []
    for axis in rows + columns where !seen.insert(axis).inserted {
      throw TableError.axisTwice(axis.name)
    }
    var (rows, columns) = (rows, columns)
    if rows.isEmpty, !columns.contains(.method) { rows = [.method] }
    if !seen.contains(.measure) { columns.append(.measure) }
    if !(rows + columns).contains(.intervention) {
      if columns.contains(where: \.isOfIntervention) {
        columns.insert(.intervention, at: columns.firstIndex(where: \.isOfIntervention) ?? 0)
      } else {
        rows.append(.intervention)
      }
    }
    self.init(checked: rows, columns)
  }

  /// Whether an axis is one of the table's.
  func has(_ axis: TableAxis) -> Bool { rows.contains(axis) || columns.contains(axis) }

  /// Whether a baseline and its interventions stand beside each other, not beneath.
  var hasInterventionInColumns: Bool { columns.contains(.intervention) }

  /// The axes that tell rows of different baselines apart.
  var blockAxes: [TableAxis] { rows.filter { !$0.isOfIntervention } }

  /// The axes of interventions besides the intervention itself, wherever they stand.
  var interventionAxes: [TableAxis] {
    (rows + columns).filter { $0.isOfIntervention && $0 != .intervention }
  }

  /// The axes that tell runs of one configuration apart, wherever they stand.
  var runAxes: [TableAxis] { (rows + columns).filter(\.isOfRuns) }
}

// MARK: - With runs

extension TableLayout {
  /// Returns the layout with every name read as what the runs have under it.
  ///
  /// A key of the configuration wins over a grid's axis of the same name: it has the values
  /// themselves.
  ///
  /// - Parameter runs: The runs of the table.
  /// - Returns: The layout.
  /// - Throws: ``TableError/unknownAxis(_:gridAxes:known:)`` for the first name that no run has.
  func resolved(for runs: [RunResults]) throws -> TableLayout {
    let keys = Set(runs.flatMap(\.settings.values.keys))
    let gridAxes = Set(runs.flatMap(\.levels.keys))
    func resolve(_ axis: TableAxis) throws -> TableAxis {
      guard case .key(let name) = axis, !keys.contains(name) else { return axis }
      guard gridAxes.contains(name) else {
        let named = TableAxis.named.map(\.name)
        throw TableError.unknownAxis(
          name, gridAxes: gridAxes.subtracting(named).sorted(),
          known: keys.union(gridAxes).union(named).sorted())
      }
      return .level(name)
    }
    let resolvedRows = try rows.map(resolve)
    let resolvedColumns = try columns.map(resolve)
    return TableLayout(
      checked: resolvedRows, resolvedColumns,
      dataAxes: (resolvedRows + resolvedColumns).filter { Self.tellsDataApart($0, runs) })
  }

  /// Returns whether numbers at different places of an axis may come from different data.
  private static func tellsDataApart(_ axis: TableAxis, _ runs: [RunResults]) -> Bool {
    switch axis {
    case .key(let key): return key.hasPrefix("data.")
    case .seed, .level:
      // A level of a grid, or a value derived from it, may set the size or the seed of the data.
      let places = Dictionary(grouping: runs) { $0.value(of: axis) }
      let contents = places.values.map { group in
        Set(group.map { $0.settings.values[RunSettings.dataKey] })
      }
      return Set(contents).count > 1
    case .method, .intervention, .rounds, .measure: return false
    }
  }
}
