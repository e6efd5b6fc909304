/// A table as text, whatever format it is written in.
struct TableGrid: Sendable, Equatable {
  /// A cell.
  struct Entry: Sendable, Equatable {
    /// The number or the label.
    var text: String
    /// What follows the number and is never bold.
    var suffix = ""
    /// Whether the number is the best of its column.
    var isBold = false
  }

  /// What the table shows, nil for the main one.
  var caption: String?
  var header: [String]
  /// The number of columns of labels, which come first.
  var labelCount: Int
  var rows: [[Entry]]
  /// The rows that begin a group.
  var groups: Set<Int> = []
}

extension ResultTable {
  /// The tables of the page: numbers, differences, and classes.
  var grids: [TableGrid] {
    [numbers] + (differences.map { [$0] } ?? []) + classTables.map(grid)
  }

  private var numbers: TableGrid {
    let published = published
    return TableGrid(
      header: labelHeadings + columns.map(\.title)
        + (published?.columns.map { "\($0.title), paper" } ?? []),
      labelCount: labelHeadings.count,
      rows: rows.enumerated().map { index, row in
        row.labels.map { .init(text: $0) }
          + row.cells.map { $0.map(Self.entry) ?? .init(text: "–") }
          + (published?.entries(of: index) ?? [])
      },
      groups: groups)
  }

  /// The rows that begin a baseline.
  private var groups: Set<Int> { Set(rows.indices.filter { rows[$0].block == nil }) }

  private static func entry(_ cell: Cell) -> TableGrid.Entry {
    var entry = TableGrid.Entry(text: TableNumber.percent(cell.value.mean), isBold: cell.isBest)
    if cell.value.count > 1 {
      entry.text += " ± " + TableNumber.percent(cell.value.standardDeviation)
    }
    if let delta = cell.delta {
      let mark = cell.comparison.map { $0.isSignificant ? "" : " n.s." } ?? ""
      entry.suffix = " (\(TableNumber.points(delta))\(mark))"
    }
    return entry
  }

  /// What several seeds say about the differences, nil if there is only one.
  private var differences: TableGrid? {
    let compared = addresses.filter { self[$0]?.comparison != nil }
    guard let statistics, !compared.isEmpty else { return nil }
    return TableGrid(
      caption: "Differences to the baseline",
      header: [
        "Difference", "Column", "Δ", "\(TableNumber.share(statistics.level)) interval", "p",
        "p (Holm)", "detectable", "n",
      ], labelCount: 2,
      rows: compared.compactMap { address in
        guard let cell = self[address], let delta = cell.delta, let comparison = cell.comparison
        else { return nil }
        let (low, high) = (comparison.interval.lowerBound, comparison.interval.upperBound)
        return [
          rows[address.row].title, columns[address.column].title, TableNumber.points(delta),
          "\(TableNumber.points(low)) … \(TableNumber.points(high))",
          TableNumber.probability(comparison.pValue),
          TableNumber.probability(comparison.adjustedPValue),
          TableNumber.percent(comparison.detectable), "\(cell.value.count)",
        ].map { TableGrid.Entry(text: $0) }
      })
  }

  private func grid(_ classes: ClassTable) -> TableGrid {
    TableGrid(
      caption: "IoU (%) by class, \(columns[classes.column].title)",
      header: labelHeadings + classes.names, labelCount: labelHeadings.count,
      rows: rows.indices.map { row in
        rows[row].labels.map { .init(text: $0) }
          + (classes.values[row]?.map { value in
            .init(text: value.map(TableNumber.percent) ?? "–")
          } ?? classes.names.map { _ in .init(text: "–") })
      }, groups: groups)
  }
}
