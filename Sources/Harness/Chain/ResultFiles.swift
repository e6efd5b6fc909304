import Essentials
import Foundation

/// The files in which a run tells what it found, beside its stages.
///
/// Those of another configuration are removed before a run begins. Otherwise a run that is killed
/// would leave them beside a configuration that is not theirs.
enum ResultFiles {
  private static let table = ["table.md", TableProvenance.path(ofTable: "table.md")]
  private static let others = [
    "contact-sheet.png", "rounds.json", RunConfusions.fileName, "supervision.json",
  ]

  /// Returns whether the folder of a run to come has results of another configuration, or none that
  /// can be read.
  ///
  /// - Parameter expected: The results of the run to come, whatever their scores.
  /// - Returns: Whether it has; no for a folder without results.
  static func areOutdated(for expected: RunResults) -> Bool {
    let path = "\(expected.name)/\(RunResults.fileName)"
    guard FileManager.default.fileExists(atPath: path) else { return false }
    let known = try? RunResults(runDirectory: expected.name)
    return known?.measuresTheSame(as: expected) != true
  }

  /// Removes what ``areOutdated(for:)`` finds.
  ///
  /// - Parameter expected: The results of the run to come, whatever their scores.
  /// - Throws: `FileError` if a file cannot be removed.
  static func removeOutdated(for expected: RunResults) throws {
    guard areOutdated(for: expected) else { return }
    // The file that tells is the last one, so that a kill in between leaves nothing for good.
    try remove(table + others + [RunResults.fileName], from: expected.name)
  }

  /// Removes the table of several runs.
  ///
  /// - Parameter directory: The folder of their folders.
  /// - Throws: `FileError` if a file cannot be removed.
  static func removeTable(from directory: String) throws { try remove(table, from: directory) }

  private static func remove(_ names: [String], from directory: String) throws {
    for name in names {
      let path = "\(directory)/\(name)"
      guard unlink(path) == 0 || errno == ENOENT else {
        throw FileError(errno: errno, path: path, operation: "remove")
      }
    }
  }
}

extension RunResults {
  /// Whether two runs measure the same of the same configuration, on the same kind of machine.
  fileprivate func measuresTheSame(as other: RunResults) -> Bool {
    func places(_ records: [ResultRecord]) -> [ResultRecord] {
      records.map { record in
        var record = record
        record.meanIoU = 0
        record.areaUnderCurve = nil
        record.stage = ""
        return record
      }
    }
    return settings == other.settings && intervention == other.intervention
      && numerics == other.numerics && places(records) == places(other.records)
  }
}
