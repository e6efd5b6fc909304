import Essentials
import Foundation

/// How a run came by the output of a stage, and everything its key is made of.
public struct StageUse: Codable, Equatable, Sendable {
  /// How the run came by the output.
  public enum Outcome: String, Codable, Sendable {
    /// It was stored under this key.
    case hit
    /// It was computed; the run had not reached the stage before, see ``StageUse/nearest``.
    case first
    /// It was computed, because an input is not what it was when the run reached the stage before.
    case changed
    /// It was computed under a key that the run had used before: the stored output was gone or
    /// damaged.
    case again
  }

  /// A part of a key that is not what it was.
  public struct Change: Codable, Equatable, Sendable {
    /// The part's name, for example "configuration rate".
    public var part: String
    /// What it was, nil if there was no such part.
    public var before: String?
    /// What it is, nil if there is no such part any more.
    public var after: String?
  }

  /// The stored output of the same stage whose key is most like that of a new one.
  public struct Neighbor: Codable, Equatable, Sendable {
    /// The number of stored outputs that were compared.
    public var count: Int
    /// The name of the output's folder in the store.
    public var entry: String
    /// In what the new key differs from it, by part.
    public var changes: [Change]
  }

  /// The round the stage belongs to; the confounder set belongs to the round that uses it.
  public var round: Int
  /// The stage's name.
  public var stage: String
  /// The stage's key.
  public var key: String
  /// The output's folder, relative to the run's.
  public var folder: String
  /// The hash of the output's names and contents, an input of the stages that read it.
  public var contentHash: String
  /// How the run came by the output, the last time it reached the stage.
  public var outcome: Outcome
  /// What had changed when the run first met this key, by part.
  public var changes: [Change]
  /// What the key is made of, by part.
  public var parts: [String: String]
  /// What was stored in the place of the output when the run computed it without having reached the
  /// stage before; nil if nothing of the stage was.
  public var nearest: Neighbor?

  /// What the stage is called within its run.
  var title: String { "\(stage), round \(round)" }

  /// The name of the output's folder.
  var entry: String { (folder as NSString).lastPathComponent }

  /// Returns the parts in which two keys differ, by name.
  ///
  /// - Parameters:
  ///   - before: What one key is made of.
  ///   - after: What the other one is made of.
  /// - Returns: The parts, none for equal keys.
  static func differences(
    from before: [String: String], to after: [String: String]
  ) -> [Change] {
    Set(before.keys).union(after.keys).sorted().filter { before[$0] != after[$0] }.map {
      Change(part: $0, before: before[$0], after: after[$0])
    }
  }
}

/// The stages that a run reached, in its `stages.json`.
///
/// It is written anew after every stage, so that an unfinished run can be asked too.
final class StageUseLog {
  /// The file's name in a run directory.
  static let fileName = "stages.json"

  private let directory: String
  private lazy var uses: [StageUse] = (try? Self.read(directory)) ?? []

  /// Opens the log of a run directory; the file appears with the first stage.
  init(directory: String) { self.directory = directory }

  /// Reads the stages of a run directory, in the order they are reached.
  ///
  /// - Throws: ``ResultError`` if there are none or the file is damaged.
  static func read(_ directory: String) throws -> [StageUse] {
    let path = "\(directory)/\(fileName)"
    guard FileManager.default.fileExists(atPath: path) else {
      throw ResultError.noStages(directory: directory)
    }
    guard let uses = try? JSONDecoder().decode([StageUse].self, from: AtomicFile.read(path)) else {
      throw ResultError.damaged(path: path)
    }
    return uses
  }

  /// Notes that a run reached a stage.
  ///
  /// - Parameters:
  ///   - stage: What determines the output.
  ///   - round: The round the stage belongs to.
  ///   - result: The output.
  /// - Throws: `FileError` if the file cannot be written.
  func note(_ stage: StageDescription, in round: Int, result: StageResult) throws {
    var use = StageUse(
      round: round, stage: stage.name, key: result.key.hexadecimal, folder: folder(of: result),
      contentHash: result.contentHash, outcome: result.wasStored ? .hit : .first, changes: [],
      parts: stage.parts)
    if let place = uses.firstIndex(where: { $0.round == round && $0.stage == stage.name }) {
      let known = uses[place]
      if known.key == use.key {
        use.changes = known.changes
        use.nearest = known.nearest
        if !result.wasStored { use.outcome = .again }
      } else {
        use.changes = StageUse.differences(from: known.parts, to: use.parts)
        if !result.wasStored { use.outcome = .changed }
      }
      uses[place] = use
    } else {
      if use.outcome == .first {
        let own = Set((uses + [use]).map(\.entry))
        use.nearest = StageNeighbors(ofOutput: result.directory, stage: stage.name)
          .nearest(to: use.parts, besides: own)
      }
      uses.append(use)
    }
    try AtomicFile.write(JSON.encode(uses), to: "\(directory)/\(Self.fileName)")
  }

  /// Returns the folder of an output as the run's files name it: in the run's folder, where an output
  /// lies or is linked.
  func folder(of result: StageResult) -> String {
    "stages/\((result.directory as NSString).lastPathComponent)"
  }
}
