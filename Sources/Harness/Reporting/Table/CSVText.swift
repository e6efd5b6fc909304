/// Comma-separated values (RFC 4180).
enum CSVText {
  /// Returns the text of a table, a line for each row.
  static func text(_ rows: [[String]]) -> String {
    rows.map { $0.map(quoted).joined(separator: ",") + "\n" }.joined()
  }

  private static func quoted(_ field: String) -> String {
    field.contains { ",\"\n\r".contains($0) }
      ? "\"\(field.replacing("\"", with: "\"\""))\"" : field
  }
}
