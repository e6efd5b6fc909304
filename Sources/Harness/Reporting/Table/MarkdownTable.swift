/// A Markdown table whose columns line up in plain text: labels left, numbers right.
public struct MarkdownTable: Sendable, Equatable {
  /// The headings.
  public var header: [String]
  /// The rows, each with as many cells as there are headings.
  public var rows: [[String]]
  /// The number of columns of labels, which come first.
  public var labelCount: Int

  /// Creates a table.
  ///
  /// - Parameters:
  ///   - header: The headings.
  ///   - rows: The rows, each with as many cells as there are headings.
  ///   - labelCount: The number of columns of labels, which come first.
  public init(header: [String], rows: [[String]], labelCount: Int = 1) {
    precondition(
      rows.allSatisfy { $0.count == header.count },
      "Every row of the table needs \(header.count) cells")
    self.header = header
    self.rows = rows
    self.labelCount = labelCount
  }

  /// The table's lines, each with its line break.
  public var text: String {
    let cells = ([header] + rows).map { $0.map { $0.replacing("|", with: "\\|") } }
    let widths = header.indices.map { column in max(3, cells.map { $0[column].count }.max() ?? 3) }
    let line = { (row: [String]) -> String in
      let padded = zip(row, widths).enumerated().map { column, cell in
        let padding = String(repeating: " ", count: cell.1 - cell.0.count)
        return column < labelCount ? cell.0 + padding : padding + cell.0
      }
      return "| " + padded.joined(separator: " | ") + " |\n"
    }
    let rule = widths.enumerated().map { column, width in
      let dashes = String(repeating: "-", count: width - 1)
      return column < labelCount ? ":" + dashes : dashes + ":"
    }
    return line(cells[0]) + line(rule) + cells.dropFirst().map(line).joined()
  }
}
