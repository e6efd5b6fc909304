/// The paper's table: a baseline, `+ CONTA` beneath it, and how every column was measured.
///
/// It refuses numbers that were not measured in one way, because a table is read as a comparison.
public struct ResultTable: Sendable, Equatable {
  /// A cell: the mean over seeds and its difference to the baseline.
  public struct Cell: Sendable, Equatable {
    /// The mean IoU over the seeds, `0...1`.
    public var value: SampleStatistics
    /// The value minus the baseline's, nil for a baseline or where the seeds differ.
    public var delta: Double?
  }

  /// A row of the table.
  public struct Row: Sendable, Equatable {
    /// The baseline's name.
    public var method: String
    /// What was added to it, nil for the baseline itself.
    public var variant: String?
    /// The rounds of the intervention, 0 for the baseline.
    public var rounds: Int
    /// The seeds, ascending.
    public var seeds: [UInt64]
    /// The reading of the intervention in a line, nil for the baseline.
    public var intervention: String?
    /// The cells; a column without a number was not run.
    public var cells: [ResultColumn: Cell]

    /// The row's heading.
    public var title: String { variant.map { "+ \($0)" } ?? method }
  }

  /// The rows: every baseline, its variants beneath it, in the order of the records.
  public let rows: [Row]
  /// How each column was measured, nil for a column without numbers; the threshold is one of them.
  public let protocols: [ResultColumn: EvaluationProtocol]
  /// The thresholds used in each column, ascending.
  public let thresholds: [ResultColumn: [Double]]

  /// Makes a table of measured numbers; of several rounds the last one counts.
  ///
  /// - Parameter runs: The numbers of one or several runs.
  /// - Throws: ``ResultError`` if they were not measured in one way, if runs of one row differ in
  ///   more than the seed, or if they contradict each other.
  public init(_ runs: [RunResults]) throws {
    let records = runs.flatMap(\.records)
    try ProtocolCheck.check(records)
    try SettingsCheck.check(runs)
    var rows: [Row] = []
    for method in records.map(\.method).unique {
      let own = records.filter { $0.method == method }
      let variants = own.compactMap(\.variant).unique
      let baseline = try Self.row(method: method, variant: nil, own.filter { $0.variant == nil })
      rows.append(baseline)
      for variant in variants {
        let measured = own.filter { $0.variant == variant }
        var row = try Self.row(method: method, variant: variant, measured)
        row.intervention = runs.first { $0.has(method, variant) }?.intervention
        for (column, cell) in row.cells where row.seeds == baseline.seeds {
          guard let reference = baseline.cells[column],
            reference.value.count == cell.value.count
          else { continue }
          row.cells[column]?.delta = cell.value.mean - reference.value.mean
        }
        rows.append(row)
      }
    }
    self.rows = rows
    var protocols: [ResultColumn: EvaluationProtocol] = [:]
    var thresholds: [ResultColumn: [Double]] = [:]
    for column in ResultColumn.allCases {
      let measured = records.filter { $0.column == column }
      protocols[column] = measured.first?.evaluation
      thresholds[column] = measured.compactMap(\.evaluation.threshold.value).unique.sorted()
    }
    self.protocols = protocols
    self.thresholds = thresholds
  }

  private static func row(
    method: String, variant: String?, _ records: [ResultRecord]
  ) throws -> Row {
    let rounds = records.map(\.round).max() ?? 0
    let last = records.filter { $0.round == rounds }
    var row = Row(
      method: method, variant: variant, rounds: rounds, seeds: last.map(\.seed).unique.sorted(),
      intervention: nil, cells: [:])
    for column in ResultColumn.allCases {
      var values: [UInt64: Double] = [:]
      for record in last where record.column == column {
        if let existing = values[record.seed], existing != record.meanIoU {
          throw ResultError.duplicate(row: row.title, column: column.title, seed: record.seed)
        }
        values[record.seed] = record.meanIoU
      }
      guard !values.isEmpty else { continue }
      // The sum's order is the seeds', so that the same numbers always give the same mean.
      let ordered = values.sorted { $0.key < $1.key }.map(\.value)
      row.cells[column] = Cell(value: SampleStatistics(ordered), delta: nil)
    }
    return row
  }
}

extension Sequence where Element: Hashable {
  /// The different elements, in the order of their first occurrence.
  var unique: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
