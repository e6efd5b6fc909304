/// Results that make no table.
public enum ResultError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A folder without results.
  case noResults(directory: String)
  /// A results file that cannot be decoded.
  case damaged(path: String)
  /// Two numbers measured in different ways.
  case mixed(place: String, property: String, first: String, second: String)
  /// Two runs that would be seeds of one row, but differ in more than the seed.
  case differentSettings(
    row: String, first: String, second: String, differences: [RunSettings.Difference])
  /// One cell with two numbers of one seed.
  case duplicate(row: String, column: String, seed: UInt64)

  /// The message: what was found, what was expected, what to do next.
  public var description: String {
    switch self {
    case .noResults(let directory):
      "'\(directory)' has no \(RunResults.fileName). Expected the --out folder of a finished "
        + "'conta run'."
    case .damaged(let path):
      "'\(path)' is damaged. Run the same 'conta run' again: it writes the file anew and computes "
        + "nothing twice."
    case .mixed(let place, let property, let first, let second):
      "These results cannot share a table: \(place) mixes \(property), \(first) and \(second). "
        + "Evaluate all of them in one way, or make one table for each."
    case .differentSettings(let row, let first, let second, let differences):
      "The runs '\(first)' and '\(second)' are no seeds of one row '\(row)': they differ in "
        + "\(Self.list(differences)). Give one of them another title, which computes nothing again "
        + "('conta run … title=NAME'), or make one table for each."
    case .duplicate(let row, let column, let seed):
      "The row '\(row)' has two different numbers for \(column) with seed \(seed). "
        + "Pass only one of the runs."
    }
  }

  /// The first differences with their values, and the number of the others.
  private static func list(_ differences: [RunSettings.Difference]) -> String {
    let phrases = differences.prefix(4).map {
      "\($0.key) (\(phrase($0.first)) and \(phrase($0.second)))"
    }
    let rest = differences.count - phrases.count
    return phrases.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
  }

  private static func phrase(_ value: String?) -> String {
    value.map { "'\(short($0))'" } ?? "not given"
  }

  /// A value as a message shows it: the beginning of a hash is enough to tell two apart.
  static func short(_ value: String?) -> String {
    guard let value else { return "unknown" }
    return value.utf8.count == 64 ? "\(value.prefix(12))…" : value
  }
}
