import Essentials
public import Foundation

/// A store that several runs share, seen from outside: what it holds, for whom, and whether it is whole.
public struct StageCache: Sendable {
  /// A finished output of a stage.
  public struct Entry: Sendable, Equatable {
    /// The name of its folder.
    public var name: String
    /// The stage, empty if the entry is damaged.
    public var stage: String
    /// The size of its files.
    public var size: ByteSize
    /// When a run last used it.
    public var lastUse: Date
    /// The runs that need it, or may need it, by their folders.
    public var runs: [String]
  }

  /// An entry that cannot be used.
  public struct Damage: Sendable, Equatable {
    /// The name of its folder.
    public var entry: String
    /// What is wrong with it.
    public var problem: String
  }

  /// The cache's folder.
  public let path: String
  /// Called between the look for users and the deletion; a test lets a run come here.
  var beforeDeletion: @Sendable () -> Void = {}

  /// Opens a cache.
  ///
  /// - Parameter path: The cache's folder.
  /// - Throws: ``CacheError/noCache(path:)`` for another folder, ``StageStoreError`` for a cache that
  ///   this program cannot read.
  public init(path: String) throws {
    guard FileManager.default.fileExists(atPath: "\(path)/store.json") else {
      throw CacheError.noCache(path: path)
    }
    try StageStoreHeader.check(path, option: "cache")
    self.path = path
  }

  /// Returns the entries, the one that was used last first.
  ///
  /// - Throws: `FileError` if the cache cannot be read.
  public func entries() throws -> [Entry] {
    try entries(neededBy: CacheRuns(cache: path).existing())
  }

  /// Returns the entries, the one that was used last first, with those of `runs` that need them.
  func entries(neededBy runs: [CacheRuns.Run]) -> [Entry] {
    let names = names("stages")
    var users: [String: [String]] = [:]
    for run in runs {
      // Whatever an unseen run without a list may need.
      for entry in run.entries ?? names { users[entry, default: []].append(run.folder) }
    }
    return names.map { name in
      let folder = "\(path)/stages/\(name)"
      let manifest = StageManifest(in: folder)
      return Entry(
        name: name, stage: manifest?.stage ?? "",
        size: ByteSize(manifest.map { $0.files.reduce(0) { $0 + $1.byteCount } } ?? 0),
        lastUse: Self.time(of: "\(folder)/\(StageManifest.fileName)") ?? .distantPast,
        runs: users[name] ?? [])
    }.sorted { ($0.lastUse, $1.name) > ($1.lastUse, $0.name) }
  }

  /// Reads every entry and returns those that are not what was written.
  ///
  /// Nothing is changed: a run that needs a damaged entry moves it aside and computes it again.
  ///
  /// - Parameter progress: Is told how many entries were read.
  /// - Returns: The damaged entries, by name.
  public func damage(progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }) -> [Damage] {
    let names = names("stages")
    return names.enumerated().compactMap { index, name in
      defer { progress(index + 1, names.count) }
      let folder = "\(path)/stages/\(name)"
      guard let manifest = StageManifest(in: folder) else {
        return Damage(entry: name, problem: "its manifest is missing or damaged")
      }
      guard name == "\(manifest.stage)-\(manifest.key.prefix(16))" else {
        return Damage(entry: name, problem: "it belongs to another stage")
      }
      return manifest.damage(in: folder).map { Damage(entry: name, problem: $0) }
    }
  }

  /// The visible names in a folder of the cache, sorted.
  func names(_ folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)")) ?? [])
      .filter { !$0.hasPrefix(".") }.sorted()
  }

  static func time(of path: String) -> Date? {
    (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
  }
}

/// A cache that cannot be looked at or cleaned.
public enum CacheError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A folder that is no cache.
  case noCache(path: String)
  /// A cache from which nothing can be deleted now.
  case inUse(path: String, owner: String)

  /// The message: what was found, what was expected, what to do next.
  public var description: String {
    switch self {
    case .noCache(let path):
      "'\(path)' has no store.json. Expected the --cache folder of a run, or the folder 'cache' of "
        + "a grid."
    case .inUse(let path, let owner):
      "'\(path)' is in use by \(owner). Nothing was deleted; run this again when no run uses the "
        + "cache."
    }
  }
}
