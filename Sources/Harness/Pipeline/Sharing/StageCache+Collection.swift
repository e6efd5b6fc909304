import Essentials
import Foundation

extension StageCache {
  /// What cleaning a cache deleted, or would delete.
  public struct Collection: Sendable, Equatable {
    /// The deleted entries, the one that was not used for longest first.
    public var deleted: [Entry] = []
    /// The number of damaged entries and unfinished outputs that were deleted.
    public var leftovers = 0
    /// The size of the deleted entries.
    public var freed = ByteSize(0)
    /// The size of the entries that stay.
    public var kept = ByteSize(0)
    /// The size of the entries that runs need; they stay whatever the budget is.
    public var needed = ByteSize(0)
  }

  /// Deletes entries that no run needs, and what killed processes left.
  ///
  /// A run needs the entries it links while its folder exists.
  ///
  /// - Parameters:
  ///   - budget: Entries are deleted, least recently used first, until the cache is no larger; nil
  ///     deletes every entry that no run needs.
  ///   - dryRun: Whether to only look.
  /// - Returns: What was deleted.
  /// - Throws: ``CacheError/inUse(path:owner:)`` if a process uses the cache, `FileError` if an entry
  ///   cannot be deleted.
  public func collect(budget: ByteSize? = nil, dryRun: Bool = false) throws -> Collection {
    if dryRun { return try collection(budget: budget) }
    let claims = ClaimFolder(path: "\(path)/claims")
    guard case .held(let claim) = try claims.claim(CachePresence.collection) else {
      throw CacheError.inUse(path: path, owner: "another 'conta cache gc'")
    }
    defer {
      claim.release()
      claims.forget(CachePresence.collection)
    }
    if let user = try ClaimFolder(path: "\(path)/users").living().first {
      throw CacheError.inUse(path: path, owner: "\(user.owner)")
    }
    let collection = try collection(budget: budget)
    for entry in collection.deleted {
      // Out of sight in one step, so that a kill leaves no half of an entry.
      let draft = "\(path)/work/deleted-\(entry.name)"
      try? FileManager.default.removeItem(atPath: draft)
      try AtomicFile.createDirectory(at: "\(path)/work")
      guard rename("\(path)/stages/\(entry.name)", draft) == 0 else {
        throw FileError(errno: errno, path: "\(path)/stages/\(entry.name)", operation: "delete")
      }
    }
    for folder in ["work", "damaged", "users"] {
      try? FileManager.default.removeItem(atPath: "\(path)/\(folder)")
    }
    for name in names("claims") where name != CachePresence.collection { claims.forget(name) }
    return collection
  }

  private func collection(budget: ByteSize?) throws -> Collection {
    let entries = try entries()
    var collection = Collection()
    var size = entries.reduce(0) { $0 + $1.size.bytes }
    collection.needed = ByteSize(
      entries.filter { !$0.runs.isEmpty }.reduce(0) { $0 + $1.size.bytes })
    for entry in entries.reversed() where entry.runs.isEmpty {
      if let budget, size <= budget.bytes { break }
      collection.deleted.append(entry)
      size -= entry.size.bytes
    }
    collection.kept = ByteSize(size)
    collection.freed = ByteSize(collection.deleted.reduce(0) { $0 + $1.size.bytes })
    collection.leftovers = names("damaged").count + names("work").count
    return collection
  }
}
