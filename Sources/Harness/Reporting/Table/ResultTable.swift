/// A table of runs: seeds are averaged unless an axis tells them apart, everything else keeps its
/// place, and every number knows where it comes from.
///
/// Without axes it has the paper's layout: a baseline, `+ CONTA` beneath it, and CAM, pseudo-mask and
/// segmentation mask beside each other. It refuses numbers that were not measured in one way, because
/// a table is read as a comparison.
public struct ResultTable: Sendable, Equatable {
  /// A cell: the mean over seeds and its difference to the baseline.
  public struct Cell: Sendable, Equatable {
    /// The mean IoU over the seeds, `0...1`.
    public var value: SampleStatistics
    /// The value minus the baseline's, nil for a baseline or where the seeds differ.
    public var delta: Double?
    /// What several seeds say about the difference, nil before ``ResultTable/compare(_:resamples:)``.
    public var comparison: TableComparison?
    /// Whether no number of the column is higher.
    public var isBest = false
    /// The numbers behind it.
    var series: ResultSeries
    /// The address of the cell that the difference is taken to.
    var baseline: CellAddress?
  }

  /// A row of the table.
  public struct Row: Sendable, Equatable {
    /// The labels in front of the cells.
    public var labels: [String]
    /// The baseline that the row is, or is beneath.
    public var method: String
    /// What was added to it, nil for the baseline itself and for rows that have both.
    public var variant: String?
    /// The rounds of the intervention, 0 for the baseline.
    public var rounds: Int
    /// The reading of the intervention in a line, nil for the baseline.
    public var intervention: String?
    /// The cells by column; a column without a number was not run.
    public var cells: [Cell?]
    /// The labels of the baseline that the row is beneath, nil for rows that stand for themselves.
    var block: [String]?

    /// The seeds, ascending.
    public var seeds: [UInt64] {
      cells.compactMap { $0?.series.seeds }.max { $0.count < $1.count } ?? []
    }

    /// What the row is called where it stands alone.
    public var title: String {
      let own = labels.filter { !$0.isEmpty }.joined(separator: ", ")
      return block.map { "\($0.joined(separator: ", ")) \(own)" } ?? own
    }
  }

  /// A column of the table.
  public struct Column: Sendable, Equatable {
    /// The heading.
    public var title: String
    /// What is scored in it, nil if the rows tell.
    public var measure: ResultColumn?
  }

  /// The headings of the labels in front of the cells.
  public let labelHeadings: [String]
  /// The columns of numbers.
  public let columns: [Column]
  /// The rows: every baseline, its interventions beneath it.
  public internal(set) var rows: [Row]
  /// How each measure was taken, nil for one without numbers; the threshold is one of them.
  public let protocols: [ResultColumn: EvaluationProtocol]
  /// What the intervals were computed with, nil for a table without them.
  public internal(set) var statistics: TableStatistics?
  /// The IoU of every class, empty unless asked for.
  var classTables: [ClassTable] = []
  /// The paper's numbers, nil unless asked for.
  var published: PublishedComparison?
  /// The runs behind the table.
  let runs: [RunResults]
  /// What the rows and columns stand for.
  let layout: TableLayout

  /// Makes a table.
  ///
  /// - Parameters:
  ///   - runs: The numbers of one or several runs.
  ///   - layout: What rows and columns stand for.
  /// - Throws: ``ResultError`` if the numbers were not measured in one way or contradict each other,
  ///   ``TableError`` if the runs do not have the axes.
  public init(_ runs: [RunResults], layout: TableLayout = .paper) throws {
    let layout = try layout.resolved(for: runs)
    let all = try ResultSeries.collect(runs, layout: layout)
    try ProtocolCheck.check(all, layout: layout)
    try SettingsCheck.check(runs, layout: layout)
    let series = layout.has(.rounds) ? all : ResultSeries.lastRounds(of: all)
    let places = TablePlaces(series, layout: layout)
    labelHeadings = places.labelHeadings
    columns = places.columns
    rows = places.rows
    self.runs = runs
    self.layout = layout
    protocols = Dictionary(
      series.compactMap { one in one.evaluation.map { (one.identity.measure, $0) } },
      uniquingKeysWith: { first, _ in first })
    linkBaselines()
    markBest()
  }

  // MARK: - Cells

  /// The addresses of all cells with a number, row by row.
  var addresses: [CellAddress] {
    rows.indices.flatMap { row in
      columns.indices.filter { rows[row].cells[$0] != nil }
        .map { CellAddress(row: row, column: $0) }
    }
  }

  /// The cell at an address that has one.
  subscript(address: CellAddress) -> Cell? {
    get { rows[address.row].cells[address.column] }
    set { rows[address.row].cells[address.column] = newValue }
  }

  /// Fills in the differences to the baselines.
  private mutating func linkBaselines() {
    var places: [ResultSeries.Identity: CellAddress] = [:]
    for address in addresses {
      if let cell = self[address] { places[cell.series.identity] = address }
    }
    for address in addresses {
      guard var cell = self[address], let identity = cell.series.baseline,
        let place = places[identity], let baseline = self[place],
        baseline.series.seeds == cell.series.seeds
      else { continue }
      cell.baseline = place
      cell.delta = cell.value.mean - baseline.value.mean
      self[address] = cell
    }
  }

  /// Marks the highest number of every column of several numbers, all taken from the same data.
  private mutating func markBest() {
    for column in columns.indices {
      let cells = rows.compactMap { $0.cells[column] }
      let data = Set(cells.map { $0.series.settings.values[RunSettings.dataKey] })
      let measures = Set(cells.map(\.series.identity.measure))
      guard cells.count > 1, data.count == 1, measures.count == 1,
        let best = cells.map(\.value.mean).max()
      else { continue }
      for row in rows.indices where rows[row].cells[column]?.value.mean == best {
        rows[row].cells[column]?.isBest = true
      }
    }
  }
}

/// The place of a cell among the numbers of a table, `R1C1` for the first one.
public struct CellAddress: Sendable, Hashable, Codable, CustomStringConvertible {
  /// The row, counted from 0.
  public var row: Int
  /// The column of numbers, counted from 0.
  public var column: Int

  /// Creates an address.
  ///
  /// - Parameters:
  ///   - row: The row, counted from 0.
  ///   - column: The column of numbers, counted from 0.
  public init(row: Int, column: Int) {
    self.row = row
    self.column = column
  }

  /// Reads an address such as `R3C2`; nil for any other text.
  ///
  /// - Parameter text: The address.
  public init?(_ text: String) {
    let capital = text.uppercased()
    let parts = capital.dropFirst().split(separator: "C", omittingEmptySubsequences: false)
    guard capital.hasPrefix("R"), parts.count == 2, let row = Int(parts[0]),
      let column = Int(parts[1]), row > 0, column > 0
    else { return nil }
    self.init(row: row - 1, column: column - 1)
  }

  /// The address, its numbers counted from 1.
  public var description: String { "R\(row + 1)C\(column + 1)" }
}

extension Sequence where Element: Hashable {
  /// The different elements, in the order of their first occurrence.
  var unique: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
