/// What the rows or the columns of a table stand for.
public enum TableAxis: Sendable, Hashable {
  /// The baselines, by their titles.
  case method
  /// The baseline itself and what was added to it.
  case intervention
  /// The rounds of the intervention; without this axis the last one counts.
  case rounds
  /// CAM, pseudo-mask and segmentation mask.
  case measure
  /// A value of the configuration, by its full key.
  case key(String)

  /// The axes that are no keys of the configuration.
  static let named: [TableAxis] = [.method, .intervention, .rounds, .measure]

  /// Creates an axis from the name that a person gives it.
  ///
  /// - Parameter name: `method`, `intervention`, `rounds`, `measure`, or a key such as
  ///   `segmenter.name`.
  public init(_ name: String) {
    let aliases: [String: TableAxis] = ["title": .method, "intervention.rounds": .rounds]
    self = aliases[name] ?? Self.named.first { $0.name == name } ?? .key(name)
  }

  /// The name, as a person gives it.
  public var name: String {
    switch self {
    case .method: "method"
    case .intervention: "intervention"
    case .rounds: "rounds"
    case .measure: "measure"
    case .key(let key): key
    }
  }

  /// The heading of a column of labels.
  var heading: String { self == .method ? "Method" : self == .measure ? "Measure" : name }

  /// Whether the axis tells rows of one baseline apart.
  var isOfIntervention: Bool {
    switch self {
    case .intervention, .rounds: true
    case .method, .measure: false
    case .key(let key): key.hasPrefix("intervention.")
    }
  }
}

/// What the rows and columns of a table stand for.
public struct TableLayout: Sendable, Equatable {
  /// The axes of the rows, the outermost first.
  public let rows: [TableAxis]
  /// The axes of the columns, the outermost first.
  public let columns: [TableAxis]

  /// The paper's layout: every baseline with its interventions beneath it, CAM, pseudo-mask and
  /// segmentation mask beside each other.
  public static let paper = TableLayout(checked: [.method, .intervention], [.measure])

  private init(checked rows: [TableAxis], _ columns: [TableAxis]) {
    self.rows = rows
    self.columns = columns
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

  /// The keys of the data set among the axes: numbers of different data stand in different places.
  var dataKeys: [String] {
    (rows + columns).compactMap {
      if case .key(let key) = $0, key.hasPrefix("data.") { key } else { nil }
    }
  }
}
