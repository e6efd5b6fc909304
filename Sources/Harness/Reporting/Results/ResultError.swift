/// Results that make no table.
public enum ResultError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A folder without results.
  case noResults(directory: String)
  /// A folder without a record of stages.
  case noStages(directory: String)
  /// A results file that cannot be decoded.
  case damaged(path: String)
  /// A run whose confusion matrices do not give its numbers.
  case contradiction(run: String)
  /// A run without the counts of its CAMs' scores.
  case noActivations(run: String)
  /// Counts of a run's CAMs' scores that are not what was written.
  case damagedActivations(path: String, problem: String)
  /// A run with too few scored images for some to be held out.
  case tooFewImages(run: String, found: Int, heldOut: Int)
  /// Two numbers measured in different ways.
  case mixed(place: String, property: String, first: String, second: String)
  /// One cell with two numbers of one seed.
  case duplicate(row: String, column: String, seed: UInt64, first: String, second: String)

  /// The message: what was found, what was expected, what to do next.
  public var description: String {
    switch self {
    case .noResults(let directory):
      "'\(directory)' has no \(RunResults.fileName). Expected the --out folder of a finished "
        + "'conta run'."
    case .noStages(let directory):
      "'\(directory)' has no \(StageUseLog.fileName). Expected the --out folder of a 'conta run' that "
        + "reached its first stage, or of a grid's cell, OUT/cells/NAME."
    case .damaged(let path):
      "'\(path)' is damaged. Run the same 'conta run' again: it writes the file anew and computes "
        + "nothing twice."
    case .contradiction(let run):
      "'\(run)/\(RunConfusions.fileName)' does not give the numbers in its \(RunResults.fileName). Run "
        + "the same 'conta run' again: it writes both anew and computes nothing twice."
    case .noActivations(let run):
      "'\(run)' has no counts of its CAMs' scores: an older version of conta ran it, or it was copied "
        + "without its stages. Run the same 'conta run' again, which counts them and trains nothing, or "
        + "copy it with 'cp -rL'."
    case .damagedActivations(let path, let problem):
      "'\(path)' is damaged: \(problem). Run the same 'conta run' again, which counts the scores anew "
        + "and trains nothing. A cell of a grid runs again if its results.json is deleted."
    case .tooFewImages(let run, let found, let heldOut):
      "'\(run)' has \(found) scored images, of which \(heldOut) cannot be held out. Expected fewer than "
        + "\(found)."
    case .mixed(let place, let property, let first, let second):
      "These results cannot share a table: \(place) mixes \(property), \(first) and \(second). "
        + "Evaluate all of them in one way, or make one table for each."
    case .duplicate(let row, let column, let seed, let first, let second):
      "The row '\(row)' has two different numbers for \(column) with seed \(seed), in '\(first)' and in "
        + "'\(second)'. 'conta compare' says how these runs differ: by the program, or by the kind of "
        + "machine, on one of which they must be run again."
    }
  }

  /// A value as a message shows it: the beginning of a hash is enough to tell two apart.
  static func short(_ value: String?) -> String {
    guard let value else { return "unknown" }
    return value.utf8.count == 64 ? "\(value.prefix(12))…" : value
  }
}
