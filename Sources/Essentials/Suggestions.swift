/// Close matches for a mistyped name.
public enum Suggestions {
  /// Returns the known name closest to `name`, if one is close enough to be what was meant.
  ///
  /// - Parameters:
  ///   - name: What was typed.
  ///   - known: The names that exist.
  /// - Returns: The name with the smallest edit distance, at most a third of the typed length
  ///   (at least 1), or nil.
  public static func closest(to name: String, among known: some Sequence<String>) -> String? {
    let limit = max(1, name.count / 3)
    var best: (name: String, distance: Int)?
    for candidate in known.sorted() {
      let distance = editDistance(name.lowercased(), candidate.lowercased())
      if distance <= limit, distance < (best?.distance ?? .max) { best = (candidate, distance) }
    }
    return best?.name
  }

  /// Returns " Did you mean 'x'?" or nothing.
  ///
  /// - Parameters:
  ///   - name: What was typed.
  ///   - known: The names that exist.
  /// - Returns: The question with a space before it, or an empty string.
  public static func didYouMean(_ name: String, among known: some Sequence<String>) -> String {
    closest(to: name, among: known).map { " Did you mean '\($0)'?" } ?? ""
  }

  /// Returns the Levenshtein distance of two strings.
  static func editDistance(_ first: String, _ second: String) -> Int {
    let target = Array(second)
    var row = Array(0...target.count)
    for (i, character) in first.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in target.enumerated() {
        let substituted = diagonal + (character == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substituted, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[target.count]
  }
}
