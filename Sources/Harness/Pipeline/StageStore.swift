public import CoreAPI
import Essentials
import Foundation

/// The outputs of stages, found again by what determines them.
///
/// # Layout
///
/// - `store.json`: the version of this layout.
/// - `stages/<name>-<key prefix>/`: a finished output with its `manifest.json`; it appears by one
///   rename, so it is whole or not there.
/// - `work/<key>/`: an output in the making. It stays when the program is killed, and the stage
///   continues in it.
/// - `damaged/`: entries whose files no longer are what the manifest says.
public struct StageStore: Sendable {
  /// The version of the layout that this program reads and writes.
  public static let format = StageManifest.currentFormat

  /// The folder that holds everything.
  public let root: String

  private let log: StageEventLog
  private let progress: any ProgressSink

  /// Opens a store, creating it if there is none.
  ///
  /// - Parameters:
  ///   - root: The folder that holds everything.
  ///   - log: Where to record what stages did; `events.jsonl` of the folder if nil.
  ///   - progress: Is told about damaged entries.
  /// - Throws: ``StageStoreError/newerFormat(path:found:supported:)`` for a store of a newer
  ///   program, `FileError` if the folder cannot be used.
  public init(
    root: String, log: StageEventLog? = nil, progress: any ProgressSink = SilentProgress()
  ) throws {
    self.root = root
    self.log = log ?? StageEventLog(path: "\(root)/events.jsonl")
    self.progress = progress
    let header = "\(root)/store.json"
    if FileManager.default.fileExists(atPath: header) {
      guard
        let stored = try? JSONDecoder().decode(Header.self, from: try AtomicFile.read(header))
      else { throw StageStoreError.unreadableHeader(path: header) }
      guard stored.format <= Self.format else {
        throw StageStoreError.newerFormat(
          path: root, found: stored.format, supported: Self.format)
      }
    } else {
      try AtomicFile.write("{\"format\": \(Self.format)}\n", to: header)
    }
  }

  /// Returns a stage's output: the stored one if it is there and undamaged, else a new one.
  ///
  /// - Parameters:
  ///   - stage: What determines the output.
  ///   - produce: Writes the output. It finds what an interrupted run left behind, and must write
  ///     the same bytes whether it was interrupted or not.
  /// - Returns: The published folder.
  /// - Throws: What `produce` throws; `FileError` if the output cannot be stored.
  public func result(
    of stage: StageDescription, produce: (WorkDirectory) throws -> Void
  ) throws -> StageResult {
    let key = stage.key
    let published = "\(root)/stages/\(stage.name)-\(key.prefix)"
    if FileManager.default.fileExists(atPath: published) {
      let manifest = StageManifest(in: published)
      if let problem = Self.problem(with: manifest, in: published, key: key) {
        try setAside(published, stage: stage, problem: problem)
      } else if let manifest {
        // A kill between publishing and tidying up leaves the unfinished work's folder.
        try? FileManager.default.removeItem(atPath: "\(root)/work/\(key)")
        try log.append(.hit, stage)
        return StageResult(
          directory: published, key: key, contentHash: manifest.contentHash, wasStored: true)
      }
    }
    let work = WorkDirectory(root: "\(root)/work/\(key)")
    let manifest = try complete(stage, in: work, produce: produce)
    try AtomicFile.publishDirectory(work.output, as: published)
    try log.append(.finished, stage)
    try? FileManager.default.removeItem(atPath: work.root)
    return StageResult(
      directory: published, key: key, contentHash: manifest.contentHash, wasStored: false)
  }

  /// Returns whether a stage's output is stored, without reading its files.
  ///
  /// - Parameter stage: What determines the output.
  /// - Returns: Whether it is.
  public func contains(_ stage: StageDescription) -> Bool {
    let path = "\(root)/stages/\(stage.name)-\(stage.key.prefix)"
    return StageManifest(in: path)?.key == stage.key.hexadecimal
  }

  // MARK: - Steps

  private struct Header: Codable { var format: Int }

  /// Runs the stage unless an interrupted run got as far as the manifest, and lists the output.
  private func complete(
    _ stage: StageDescription, in work: WorkDirectory, produce: (WorkDirectory) throws -> Void
  ) throws -> StageManifest {
    if let manifest = StageManifest(in: work.output),
      Self.problem(with: manifest, in: work.output, key: stage.key) == nil
    {
      return manifest
    }
    try? FileManager.default.removeItem(atPath: "\(work.output)/\(StageManifest.fileName)")
    try AtomicFile.createDirectory(at: work.output)
    try AtomicFile.createDirectory(at: work.scratch)
    // What a kill left half-written must not become part of the output.
    AtomicFile.removeTemporaryFiles(in: work.root, recursively: true)
    try log.append(.started, stage)
    try produce(work)
    let manifest = try StageManifest(of: work.output, stage: stage)
    try manifest.write(to: work.output)
    return manifest
  }

  private static func problem(
    with manifest: StageManifest?, in directory: String, key: StageKey
  ) -> String? {
    guard let manifest else { return "its manifest is missing or damaged" }
    guard manifest.key == key.hexadecimal else { return "it belongs to another stage" }
    return manifest.damage(in: directory)
  }

  private func setAside(_ path: String, stage: StageDescription, problem: String) throws {
    let name = (path as NSString).lastPathComponent
    var place = "\(root)/damaged/\(name)"
    var count = 1
    while FileManager.default.fileExists(atPath: place) {
      count += 1
      place = "\(root)/damaged/\(name)-\(count)"
    }
    try AtomicFile.publishDirectory(path, as: place)
    try log.append(.damaged, stage, detail: "\(problem); set aside as \(place)")
    progress.note(
      "The stored output '\(path)' is damaged: \(problem). It was moved to '\(place)'; the stage "
        + "\(stage.name) runs again.")
  }
}
