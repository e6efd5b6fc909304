/// The ids in a VOC list file.
///
/// Two dialects are in use: a bare id a line (VOC, SBD, IRN), and a pair of paths a line
/// (`/JPEGImages/2007_000032.jpg /SegmentationClassAug/2007_000032.png`: PSA, DeepLab). Of the
/// latter the id is the name of both files.
enum VOCList {
  /// Returns the ids in the order of the file.
  ///
  /// - Parameters:
  ///   - text: The whole file.
  ///   - path: What error messages call it.
  /// - Returns: At least one id, all different.
  /// - Throws: ``DatasetError`` if a line is of neither dialect, an id is repeated or missing.
  static func ids(in text: String, path: String) throws(DatasetError) -> [String] {
    var ids: [String] = []
    var seen: Set<String> = []
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated()
    {
      let words = line.split(whereSeparator: \.isWhitespace)
      guard let first = words.first else { continue }
      let names = Set(words.map(stem))
      let arePaths = words.allSatisfy { $0.contains("/") }
      guard names.count == 1, let id = names.first, id.contains(where: { $0 != "." }),
        words.count == 1 || (words.count == 2 && arePaths)
      else {
        throw .malformedListLine(path: path, line: index + 1, text: String(line))
      }
      let value = arePaths ? id : first
      guard seen.insert(String(value)).inserted else {
        throw .repeatedID(path: path, line: index + 1, id: String(value))
      }
      ids.append(String(value))
    }
    guard !ids.isEmpty else { throw .emptyList(path: path) }
    return ids
  }

  /// Returns the last component of a path without its extension.
  private static func stem(_ path: Substring) -> Substring {
    let name = path.split(separator: "/").last ?? ""
    guard path.contains("/"), let dot = name.lastIndex(of: ".") else { return name }
    return name[..<dot]
  }
}
