public import CoreAPI
import Essentials
import Foundation

/// The outputs of stages, found again by what determines them.
///
/// A run has a store of its own in its folder, or shares one, a cache, with other runs
/// (``init(cache:run:progress:)``).
///
/// # Layout
///
/// - `store.json`: the version of this layout.
/// - `stages/<name>-<key prefix>/`: a finished output with its `manifest.json`; it appears by one
///   rename, so it is whole or not there.
/// - `work/<key>/`: an output in the making. It stays when the program is killed, and the stage
///   continues in it.
/// - `damaged/`: entries whose files no longer are what the manifest says.
/// - `claims/`, `users/`, `runs/`, `needs/`: in a cache, who computes what, who uses it, the runs
///   that use its entries, and which entries those are.
public struct StageStore: Sendable, StageRunner {
  /// The version of the layout that this program reads and writes.
  public static let format = StageManifest.currentFormat

  /// The folder that holds everything.
  public let root: String

  let log: StageEventLog
  let progress: any ProgressSink
  /// What several runs need to share the store, nil for the store of one run.
  let sharing: StageSharing?

  /// Opens the store of one run, creating it if there is none.
  ///
  /// - Parameters:
  ///   - root: The folder that holds everything.
  ///   - log: Where to record what stages did; `events.jsonl` of the folder if nil.
  ///   - progress: Is told about damaged entries.
  /// - Throws: ``StageStoreError/newerFormat(path:found:supported:option:)`` for a store of a newer
  ///   program, `FileError` if the folder cannot be used.
  public init(
    root: String, log: StageEventLog? = nil, progress: any ProgressSink = SilentProgress()
  ) throws {
    try StageStoreHeader.check(root, option: "--out")
    self.root = root
    self.log = log ?? StageEventLog(path: "\(root)/events.jsonl")
    self.progress = progress
    sharing = nil
  }

  /// Opens a store that several runs share, creating it if there is none.
  ///
  /// What the run uses is linked into `stages/` of its folder.
  ///
  /// - Parameters:
  ///   - root: The folder that holds everything.
  ///   - run: The run's folder, where events are recorded.
  ///   - progress: Is told about damaged entries and about waiting.
  /// - Throws: ``StageStoreError/newerFormat(path:found:supported:option:)`` for a store of a newer
  ///   program, `FileError` if the folder cannot be used.
  public init(
    cache root: String, run: String, progress: any ProgressSink = SilentProgress()
  ) throws {
    try StageStoreHeader.check(root, option: "--cache")
    self.root = root
    log = StageEventLog(path: "\(run)/events.jsonl")
    self.progress = progress
    sharing = try StageSharing(cache: root, run: run, progress: progress)
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
    if let sharing {
      return try sharing.link(sharedResult(of: stage, sharing: sharing, produce: produce))
    }
    if let result = try storedResult(of: stage, settingDamagedAside: true) {
      // A kill between publishing and tidying up leaves the unfinished work's folder.
      try? FileManager.default.removeItem(atPath: "\(root)/work/\(stage.key)")
      return result
    }
    return try computedResult(
      of: stage, in: WorkDirectory(root: "\(root)/work/\(stage.key)"), produce: produce)
  }

  /// Returns whether a stage's output is stored, without reading its files.
  ///
  /// - Parameter stage: What determines the output.
  /// - Returns: Whether it is.
  public func contains(_ stage: StageDescription) -> Bool {
    StageManifest(in: publishedPath(of: stage))?.key == stage.key.hexadecimal
  }

  // MARK: - Steps

  /// The folder that a stage's finished output has.
  func publishedPath(of stage: StageDescription) -> String {
    "\(root)/stages/\(stage.name)-\(stage.key.prefix)"
  }

  /// Returns the stored output, nil if there is none or it is damaged.
  func storedResult(
    of stage: StageDescription, settingDamagedAside: Bool
  ) throws -> StageResult? {
    let published = publishedPath(of: stage)
    guard FileManager.default.fileExists(atPath: published) else { return nil }
    let manifest = StageManifest(in: published)
    if let problem = Self.problem(with: manifest, in: published, key: stage.key) {
      if settingDamagedAside { try setAside(published, stage: stage, problem: problem) }
      return nil
    }
    guard let manifest else { return nil }
    // The file's time says when the entry was last used.
    utimes("\(published)/\(StageManifest.fileName)", nil)
    try log.append(.hit, stage)
    return StageResult(
      directory: published, key: stage.key, contentHash: manifest.contentHash, wasStored: true)
  }

  /// Computes and publishes an output; `isOwn` is asked before anything becomes visible.
  func computedResult(
    of stage: StageDescription, in work: WorkDirectory, isOwn: () -> Bool = { true },
    produce: (WorkDirectory) throws -> Void
  ) throws -> StageResult {
    let published = publishedPath(of: stage)
    let (manifest, wasFinished) = try complete(stage, in: work, produce: produce)
    guard isOwn() else { throw StageStoreError.workTakenOver(stage: stage.name) }
    try AtomicFile.publishDirectory(work.output, as: published)
    try log.append(.finished, stage)
    try? FileManager.default.removeItem(atPath: work.root)
    return StageResult(
      directory: published, key: stage.key, contentHash: manifest.contentHash,
      wasStored: wasFinished)
  }

  /// Runs the stage unless an interrupted run got as far as the manifest, and lists the output.
  ///
  /// - Returns: The list, and whether the output was complete already.
  private func complete(
    _ stage: StageDescription, in work: WorkDirectory, produce: (WorkDirectory) throws -> Void
  ) throws -> (manifest: StageManifest, wasFinished: Bool) {
    if let manifest = StageManifest(in: work.output),
      Self.problem(with: manifest, in: work.output, key: stage.key) == nil
    {
      return (manifest, true)
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
    return (manifest, false)
  }

  /// Returns what is wrong with an entry, nil if it can be used.
  static func problem(
    with manifest: StageManifest?, in directory: String, key: StageKey
  ) -> String? {
    guard let manifest else { return "its manifest is missing or damaged" }
    guard manifest.key == key.hexadecimal else { return "it belongs to another stage" }
    return manifest.damage(in: directory)
  }

  private func setAside(_ path: String, stage: StageDescription, problem: String) throws {
    let place = try StageStore.setAside(path, in: root)
    try log.append(.damaged, stage, detail: "\(problem); set aside as \(place)")
    progress.note(
      "The stored output '\(path)' is damaged: \(problem). It was moved to '\(place)'; the stage "
        + "\(stage.name) runs again.")
  }

  /// Moves a damaged entry out of the way and returns where it is now.
  static func setAside(_ path: String, in root: String) throws -> String {
    let name = (path as NSString).lastPathComponent
    var place = "\(root)/damaged/\(name)"
    var count = 1
    while FileManager.default.fileExists(atPath: place) {
      count += 1
      place = "\(root)/damaged/\(name)-\(count)"
    }
    try AtomicFile.publishDirectory(path, as: place)
    return place
  }
}
