import Essentials
import Foundation

extension StageCache {
  /// What cleaning a cache deleted, or would delete.
  public struct Collection: Sendable, Equatable {
    /// The deleted entries, the one that was not used for longest first.
    public var deleted: [Entry] = []
    /// The number of damaged entries that were deleted, and of entries half deleted before.
    public var damaged = 0
    /// The size of the deleted entries.
    public var freed = ByteSize(0)
    /// The size of the entries that stay.
    public var kept = ByteSize(0)
    /// The size of the entries that runs need; they stay whatever the budget is.
    public var needed = ByteSize(0)
    /// The deleted leftovers of stopped runs, by name.
    public var deletedLeftovers: [Leftover] = []
    /// The leftovers of stopped runs that stay, by name.
    public var keptLeftovers: [Leftover] = []
    /// The folders of the runs that cannot be seen from here, sorted.
    public var unseenRuns: [String] = []
  }

  /// Deletes entries that no run needs, and what killed processes left.
  ///
  /// A run needs the entries it links while its folder exists, or cannot be seen from here because
  /// the folder above it is missing. What a stopped run left of an unfinished stage stays for a
  /// while, so that the run can go on from its checkpoint.
  ///
  /// - Parameters:
  ///   - budget: Entries are deleted, least recently used first, until the cache is no larger; nil
  ///     deletes every entry that no run needs. Leftovers do not count.
  ///   - allLeftovers: Whether leftovers of stopped runs are deleted however young they are.
  ///   - forgettingUnseen: Whether runs that cannot be seen from here count as deleted.
  ///   - dryRun: Whether to only look.
  /// - Returns: What was deleted.
  /// - Throws: ``CacheError/inUse(path:owner:)`` if a process uses the cache, `FileError` if an entry
  ///   cannot be deleted.
  public func collect(
    budget: ByteSize? = nil, allLeftovers: Bool = false, forgettingUnseen: Bool = false,
    dryRun: Bool = false
  ) throws -> Collection {
    if dryRun {
      return try planned(
        budget: budget, allLeftovers: allLeftovers, forgettingUnseen: forgettingUnseen)
    }
    let claims = ClaimFolder(path: "\(path)/claims")
    guard case .held(let claim) = try claims.claim(CachePresence.collection) else {
      throw CacheError.inUse(path: path, owner: "another 'conta cache gc'")
    }
    defer {
      claim.release()
      claims.forget(CachePresence.collection)
    }
    let users = ClaimFolder(path: "\(path)/users")
    if let user = try users.living().first {
      throw CacheError.inUse(path: path, owner: "\(user.owner)")
    }
    beforeDeletion()
    let collection = try planned(
      budget: budget, allLeftovers: allLeftovers, forgettingUnseen: forgettingUnseen)
    for entry in collection.deleted { try hide("stages", entry.name) }
    for leftover in collection.deletedLeftovers { try hide("work", leftover.name) }
    for name in names("work") where name.hasPrefix(Self.deletedPrefix) {
      try? FileManager.default.removeItem(atPath: "\(path)/work/\(name)")
    }
    try? FileManager.default.removeItem(atPath: "\(path)/damaged")
    // Whoever came meanwhile waits for the end of this, and its sign must outlast it.
    try users.forgetDead()
    let living = Set(try claims.living().map(\.name))
    for name in names("claims") where !living.contains(name) { claims.forget(name) }
    if forgettingUnseen { try CacheRuns(cache: path).forgetUnseen() }
    return collection
  }

  /// Moves something out of sight in one step, so that a kill leaves no half of it.
  private func hide(_ folder: String, _ name: String) throws {
    let hidden = "\(path)/work/\(Self.deletedPrefix)\(name)"
    try? FileManager.default.removeItem(atPath: hidden)
    try AtomicFile.createDirectory(at: "\(path)/work")
    guard rename("\(path)/\(folder)/\(name)", hidden) == 0 else {
      throw FileError(errno: errno, path: "\(path)/\(folder)/\(name)", operation: "delete")
    }
  }

  private func planned(
    budget: ByteSize?, allLeftovers: Bool, forgettingUnseen: Bool
  ) throws -> Collection {
    let runs = try CacheRuns(cache: path).existing()
    let entries = entries(neededBy: forgettingUnseen ? runs.filter(\.isSeen) : runs)
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
    collection.damaged =
      names("damaged").count + names("work").count { $0.hasPrefix(Self.deletedPrefix) }
    collection.unseenRuns = runs.filter { !$0.isSeen }.map(\.folder)
    // What somebody works on is no leftover.
    let owned = Set(try ClaimFolder(path: "\(path)/claims").living().map(\.name))
    for leftover in leftovers() where !owned.contains(leftover.name) {
      let isOld = -leftover.lastChange.timeIntervalSinceNow > Self.leftoverLifetime
      if allLeftovers || isOld {
        collection.deletedLeftovers.append(leftover)
      } else {
        collection.keptLeftovers.append(leftover)
      }
    }
    return collection
  }
}
