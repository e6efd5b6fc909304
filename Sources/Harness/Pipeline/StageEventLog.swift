public import Foundation
import Essentials

/// What happened to a stage in a run, one line of `events.jsonl`.
public struct StageEvent: Codable, Equatable, Sendable {
  /// What can happen to a stage.
  public enum Kind: String, Codable, Sendable {
    /// The stage began to compute, from the start or from its last checkpoint.
    case started
    /// The stage's output was published.
    case finished
    /// The stage's output was there already.
    case hit
    /// The stage's stored output was damaged and set aside.
    case damaged
  }

  /// What happened.
  public var event: Kind
  /// The stage's name.
  public var stage: String
  /// The stage's key.
  public var key: String
  /// When it happened.
  public var time: Date
  /// More about it: where a damaged entry was set aside, for example.
  public var detail: String?
}

/// The append-only record of what a run's stages did.
///
/// A line that a kill cut off is skipped when the file is read, and the next line begins anew.
public struct StageEventLog: Sendable {
  /// The file.
  public let path: String

  /// Creates a log; the file appears with its first event.
  ///
  /// - Parameter path: The file.
  public init(path: String) { self.path = path }

  /// Appends an event.
  ///
  /// - Parameters:
  ///   - kind: What happened.
  ///   - stage: The stage.
  ///   - detail: More about it.
  /// - Throws: `FileError` if the line cannot be written.
  public func append(
    _ kind: StageEvent.Kind, _ stage: StageDescription, detail: String? = nil
  ) throws {
    let event = StageEvent(
      event: kind, stage: stage.name, key: stage.key.hexadecimal, time: Date(), detail: detail)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    try LineFile(path: path).append(try encoder.encode(event))
  }

  /// Returns the events recorded so far, oldest first.
  ///
  /// - Throws: `FileError` if the file exists but cannot be read.
  public func events() throws -> [StageEvent] {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    return try LineFile(path: path).lines().compactMap {
      try? decoder.decode(StageEvent.self, from: $0)
    }
  }
}
