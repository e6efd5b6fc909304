import Essentials
import Foundation

/// How far a run has come, in `progress.json` of its folder.
///
/// Stages are counted, whether they are computed or found. Trainings take most of the time, so the
/// share grows unevenly.
public struct RunProgress: Codable, Equatable, Sendable {
  /// The file's name in a run directory.
  static let fileName = "progress.json"

  /// The number of stages whose output is there.
  public internal(set) var finished = 0
  /// The number of stages of the run.
  public let total: Int

  /// The share of stages whose output is there, `0...1`.
  public var fraction: Double { min(1, Double(finished) / Double(max(1, total))) }

  /// Creates the progress of a run that begins.
  init(total: Int) { self.total = total }

  /// Reads how far a run has come; nil for a folder in which none has begun.
  ///
  /// - Parameter directory: The run directory.
  public init?(runDirectory directory: String) {
    guard let data = try? AtomicFile.read("\(directory)/\(Self.fileName)"),
      let progress = try? JSONDecoder().decode(Self.self, from: data)
    else { return nil }
    self = progress
  }

  /// Writes the file.
  ///
  /// - Parameter directory: The run directory.
  /// - Throws: `FileError` if it cannot be written.
  func write(to directory: String) throws {
    try AtomicFile.write(JSON.encode(self), to: "\(directory)/\(Self.fileName)")
  }
}
