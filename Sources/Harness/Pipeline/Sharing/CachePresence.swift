import CoreAPI
import Foundation

/// The sign that a process uses a cache; nothing is deleted from a cache in use.
final class CachePresence: Sendable {
  private let claim: Claim
  private let users: ClaimFolder
  private let name: String

  /// The claim of a process that deletes entries.
  static let collection = "collection"

  /// Announces this process, and waits until nobody deletes entries.
  ///
  /// First the sign, then the look: a process that deletes does it the other way round, so one of
  /// the two sees the other.
  ///
  /// - Parameters:
  ///   - cache: The cache's folder.
  ///   - progress: Is told about waiting.
  /// - Throws: `FileError` if the cache cannot be written.
  init(in cache: String, progress: any ProgressSink) throws {
    users = ClaimFolder(path: "\(cache)/users")
    try users.forgetDead()
    name = UUID().uuidString.lowercased()
    switch try users.claim(name) {
    case .held(let claim): self.claim = claim
    case .taken: preconditionFailure("A new name for a user of a cache is taken")
    }
    let collectors = ClaimFolder(path: "\(cache)/claims")
    var waiting = WaitingNote(for: "deleting entries of the cache", progress: progress)
    while let owner = try collectors.living().first(where: { $0.name == Self.collection })?.owner {
      waiting.tell(owner)
      usleep(200_000)
    }
  }

  deinit {
    claim.release()
    users.forget(name)
  }
}

/// Tells a person what a process waits for, at once and then every half minute.
struct WaitingNote {
  private let work: String
  private let progress: any ProgressSink
  private var last = -Double.infinity

  /// Creates a note about a piece of work.
  init(for work: String, progress: any ProgressSink) {
    self.work = work
    self.progress = progress
  }

  /// Says who does the work.
  mutating func tell(_ owner: ProcessIdentity) {
    let now = ProcessInfo.processInfo.systemUptime
    guard now - last >= 30 else { return }
    last = now
    progress.note("Waiting for \(owner): \(work).")
  }
}
