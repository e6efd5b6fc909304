/// Image-level labels as a text table: the form of `image_labels.tsv`.
///
/// The first line is `id` and the names of the foreground classes, the others an id and 0 or 1 for
/// each class, all separated by tabs.
enum LabelTable {
  /// Reads a table.
  ///
  /// - Parameters:
  ///   - text: The whole file.
  ///   - path: What error messages call it.
  ///   - classNames: The foreground classes in the order of the result.
  /// - Returns: For each id, whether each class is present.
  /// - Throws: ``DatasetError`` if a name is unknown or missing, or a line does not fit.
  static func read(
    _ text: String, path: String, classNames: [String]
  ) throws(DatasetError) -> [String: [Bool]] {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let header = lines[0].split(separator: "\t").map(String.init)
    guard header.first == "id" else {
      throw .malformedLabels(path: path, line: 1, reason: "the header does not begin with 'id'")
    }
    var columns: [Int] = []
    for name in header.dropFirst() {
      guard let column = classNames.firstIndex(of: name), !columns.contains(column) else {
        throw .unknownClass(name: name, origin: "'\(path)'", known: classNames)
      }
      columns.append(column)
    }
    guard columns.count == classNames.count else {
      throw .malformedLabels(
        path: path, line: 1,
        reason: "the header names \(columns.count) of the \(classNames.count) classes")
    }
    var table: [String: [Bool]] = [:]
    for (index, line) in lines.enumerated().dropFirst() where !line.isEmpty {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard fields.count == header.count else {
        throw .malformedLabels(
          path: path, line: index + 1, reason: "\(fields.count) fields instead of \(header.count)")
      }
      var present = [Bool](repeating: false, count: columns.count)
      for (column, field) in zip(columns, fields.dropFirst()) {
        guard field == "0" || field == "1" else {
          throw .malformedLabels(
            path: path, line: index + 1, reason: "'\(field)' is neither 0 nor 1")
        }
        present[column] = field == "1"
      }
      guard table.updateValue(present, forKey: String(fields[0])) == nil else {
        throw .repeatedID(path: path, line: index + 1, id: String(fields[0]))
      }
    }
    return table
  }

  /// Returns the text of a table.
  ///
  /// - Parameters:
  ///   - rows: Ids and whether each class is present, in the order of the lines.
  ///   - classNames: The foreground classes.
  /// - Returns: What ``read(_:path:classNames:)`` reads.
  static func text(of rows: [(id: String, present: [Bool])], classNames: [String]) -> String {
    (["id\t" + classNames.joined(separator: "\t")]
      + rows.map { $0.id + "\t" + $0.present.map { $0 ? "1" : "0" }.joined(separator: "\t") })
      .joined(separator: "\n") + "\n"
  }
}
