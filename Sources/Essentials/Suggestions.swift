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

  /// Returns how many insertions, deletions, replacements and swaps of neighbours turn one string
  /// into another.
  static func editDistance(_ first: String, _ second: String) -> Int {
    let (source, target) = (Array(first), Array(second))
    var beforeLast: [Int] = []
    var last = Array(0...target.count)
    for i in source.indices {
      var row = [i + 1]
      for j in target.indices {
        var distance = min(
          last[j] + (source[i] == target[j] ? 0 : 1), row[j] + 1, last[j + 1] + 1)
        if i > 0, j > 0, source[i] == target[j - 1], source[i - 1] == target[j] {
          distance = min(distance, beforeLast[j - 1] + 1)
        }
        row.append(distance)
      }
      (beforeLast, last) = (last, row)
    }
    return last[target.count]
  }
}
