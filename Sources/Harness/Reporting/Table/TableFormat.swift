import Foundation

/// The formats that a table is written in.
public enum TableFormat: String, Sendable, CaseIterable {
  /// Markdown, its columns lined up.
  case markdown
  /// LaTeX with the package booktabs.
  case latex
  /// Comma-separated values, a line for each number.
  case csv
  /// JSON, every number with all its digits and its runs.
  case json

  /// Returns the format that a file's name stands for, nil for an unknown ending.
  ///
  /// - Parameter path: The file.
  public init?(ofFile path: String) {
    let formats: [String: TableFormat] = [
      "md": .markdown, "markdown": .markdown, "tex": .latex, "csv": .csv, "json": .json,
    ]
    guard let format = formats[(path as NSString).pathExtension.lowercased()] else { return nil }
    self = format
  }
}

extension ResultTable {
  /// Returns the table in a format.
  ///
  /// - Parameter format: The format.
  /// - Returns: The text of a file.
  /// - Throws: `EncodingError` never for a table's finite numbers.
  public func text(as format: TableFormat) throws -> String {
    switch format {
    case .markdown: markdown
    case .latex: latex
    case .csv: csv
    case .json: try json
    }
  }

  /// The table in Markdown, with the lines that say how it was measured.
  ///
  /// ```
  /// | Method  |     CAM (train) | Pseudo-Mask (train) | Seg. Mask (val) |
  /// | :------ | --------------: | ------------------: | --------------: |
  /// | IRNet   |            46.5 |            **60.1** |            58.2 |
  /// | + CONTA | **47.9** (+1.4) |         59.9 (-0.2) |               – |
  /// ```
  public var markdown: String {
    let tables = grids.map { grid in
      let table = MarkdownTable(
        header: grid.header,
        rows: grid.rows.map { row in
          row.map { ($0.isBold ? "**\($0.text)**" : $0.text) + $0.suffix }
        }, labelCount: grid.labelCount)
      return (grid.caption.map { "\($0):\n\n" } ?? "") + table.text
    }
    return tables.joined(separator: "\n") + "\n" + notes.joined(separator: "\n") + "\n"
  }
}
