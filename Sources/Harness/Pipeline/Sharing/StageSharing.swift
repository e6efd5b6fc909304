import CoreAPI
import Essentials
import Foundation

/// What a run needs to share a store with others: claims, and its own links to what it uses.
final class StageSharing: Sendable {
  /// Who computes which stage.
  let claims: ClaimFolder

  private let run: String
  /// Knows what the run needs.
  private let runs: CacheRuns
  /// Shows others that the cache is in use.
  private let presence: CachePresence

  /// Announces a run to a cache.
  ///
  /// - Parameters:
  ///   - cache: The cache's folder.
  ///   - run: The run's folder.
  ///   - progress: Is told about waiting.
  /// - Throws: `FileError` if the cache cannot be written.
  init(cache: String, run: String, progress: any ProgressSink) throws {
    claims = ClaimFolder(path: "\(cache)/claims")
    self.run = run
    runs = CacheRuns(cache: cache)
    presence = try CachePresence(in: cache, progress: progress)
    try runs.add(run)
  }

  /// Makes a stage's output a part of the run's folder.
  ///
  /// - Parameter result: The output in the cache.
  /// - Returns: The output as the run's folder has it.
  /// - Throws: `FileError` if the run's folder or the cache cannot be written.
  func link(_ result: StageResult) throws -> StageResult {
    let place = "\(run)/stages/\((result.directory as NSString).lastPathComponent)"
    // From here on the folder exists, so that links on the way to it are known.
    try AtomicFile.createDirectory(at: "\(run)/stages")
    let target = CachePath.target(of: result.directory, from: run)
    let current = try? FileManager.default.destinationOfSymbolicLink(atPath: place)
    if current != target {
      // Before it shared a cache, the run may have computed the stage itself: the same bytes.
      if current == nil { try? FileManager.default.removeItem(atPath: place) }
      let draft = "\(place).\(getpid()).tmp"
      unlink(draft)
      guard symlink(target, draft) == 0, rename(draft, place) == 0 else {
        throw FileError(errno: errno, path: place, operation: "write")
      }
      try runs.noteEntries(of: run)
    }
    return StageResult(
      directory: place, key: result.key, contentHash: result.contentHash,
      wasStored: result.wasStored)
  }
}

/// Paths between a cache and the runs that use it.
enum CachePath {
  /// Returns a path from the root on, without `.`, `..`, doubled slashes and symbolic links.
  ///
  /// What does not exist yet is kept as it is, below the deepest folder that does.
  static func absolute(_ path: String) -> String {
    let current = FileManager.default.currentDirectoryPath
    var known = path.hasPrefix("/") ? path : "\(current)/\(path)"
    var rest: [String] = []
    while known != "/", !known.isEmpty {
      if let resolved = realpath(known, nil) {
        defer { free(resolved) }
        return ([String(cString: resolved)] + rest).joined(separator: "/")
          .replacing("//", with: "/")
      }
      rest.insert((known as NSString).lastPathComponent, at: 0)
      known = (known as NSString).deletingLastPathComponent
    }
    return "/" + rest.joined(separator: "/")
  }

  /// Returns what a link in `stages/` of a run names: relative inside a grid's folder, so that it can
  /// be moved as a whole, absolute elsewhere.
  ///
  /// - Parameters:
  ///   - entry: The entry of the cache.
  ///   - run: The run's folder.
  /// - Returns: The link's target.
  static func target(of entry: String, from run: String) -> String {
    let entry = absolute(entry)
    let grid = ((absolute(run) as NSString).deletingLastPathComponent as NSString)
      .deletingLastPathComponent
    guard entry.hasPrefix("\(grid)/") else { return entry }
    return "../../../" + entry.dropFirst(grid.count + 1)
  }
}
