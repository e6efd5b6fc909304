import CoreAPI
import Essentials
import Foundation

/// The counts of the scores of a run's class activation maps, in the stages of its rounds.
struct RunActivations {
  private let directory: String
  private let folders: [String?]

  /// Finds the counts of a run.
  ///
  /// - Parameter directory: The run's folder.
  /// - Throws: ``ResultError`` if the run has no rounds or their record is damaged.
  init(in directory: String) throws {
    self.directory = directory
    let path = "\(directory)/rounds.json"
    guard FileManager.default.fileExists(atPath: path) else {
      throw ResultError.noResults(directory: directory)
    }
    guard
      let rounds = try? JSONDecoder().decode([[String: String]].self, from: AtomicFile.read(path))
    else { throw ResultError.damaged(path: path) }
    folders = rounds.map { $0["activations"] }
  }

  /// Reads the counts of a round.
  ///
  /// - Parameter round: The round; 0 is the baseline.
  /// - Returns: The counts.
  /// - Throws: ``ResultError/noActivations(run:)`` if they are not there, an error that names the file
  ///   if it is damaged.
  func counts(ofRound round: Int) throws -> ActivationCounts {
    guard folders.indices.contains(round), let folder = folders[round],
      FileManager.default.fileExists(
        atPath: "\(directory)/\(folder)/\(ActivationCounts.fileName)")
    else { throw ResultError.noActivations(run: directory) }
    return try ActivationCounts(in: "\(directory)/\(folder)")
  }
}
