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

  /// Reads the counts of a round, if they are what the stage wrote.
  ///
  /// A changed count may look like any other, so nothing but the hash tells.
  ///
  /// - Parameter round: The round; 0 is the baseline.
  /// - Returns: The counts.
  /// - Throws: ``ResultError/noActivations(run:)`` if they are not there,
  ///   ``ResultError/damagedActivations(path:problem:)`` if the file or its manifest changed.
  func counts(ofRound round: Int) throws -> ActivationCounts {
    guard folders.indices.contains(round), let folder = folders[round],
      FileManager.default.fileExists(
        atPath: "\(directory)/\(folder)/\(ActivationCounts.fileName)")
    else { throw ResultError.noActivations(run: directory) }
    let stage = "\(directory)/\(folder)"
    if let problem = try Self.problem(in: stage) {
      throw ResultError.damagedActivations(
        path: "\(stage)/\(ActivationCounts.fileName)", problem: problem)
    }
    return try ActivationCounts(in: stage)
  }

  /// Returns what is wrong with the counts of a stage, nil if they are as they were written.
  private static func problem(in stage: String) throws -> String? {
    let manifest = StageManifest(in: stage)
    guard let file = manifest?.files.first(where: { $0.path == ActivationCounts.fileName }) else {
      return "the \(StageManifest.fileName) beside it is missing or damaged"
    }
    let hash = try RandomAccessFile("\(stage)/\(ActivationCounts.fileName)").sha256()
    return hash == file.sha256
      ? nil : "its content is not what the \(StageManifest.fileName) beside it says"
  }
}
