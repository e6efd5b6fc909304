import Essentials
import Foundation

/// Claims on pieces of work, so that of several processes one does each.
///
/// # Layout
///
/// `<name>/<generation>/owner.json` says who claimed a piece of work; the highest generation counts.
/// An empty file beside it is named as the claim's token.
/// A claim appears whole, by the rename of a folder, which fails where one is: that holds on network
/// file systems too. Nothing is ever taken away from under an owner; who finds the last claim dead
/// adds the next generation, which only one can.
///
/// # Signs of life
///
/// An owner touches its file every few seconds. Another process compares that time with the time of
/// a file that it touches itself in the same folder, so the clocks of machines need not agree. On
/// one machine the kernel says whether the owner runs: its end is seen at once, and signs that do
/// not come while the machine sleeps mean nothing.
struct ClaimFolder: Sendable {
  /// What came of a claim.
  enum Outcome {
    /// The work is ours until the claim is released.
    case held(Claim)
    /// Another process does it.
    case taken(by: ProcessIdentity)
  }

  /// The folder.
  let path: String
  /// After how many seconds without a sign of life an owner on another machine counts as dead.
  ///
  /// Network file systems show a file's time up to a minute late.
  var patience = 150.0
  /// Renames a folder and returns 0 or the value of `errno`; replaced in tests.
  var move: @Sendable (_ source: String, _ destination: String) -> Int32 = {
    rename($0, $1) == 0 ? 0 : errno
  }

  /// Claims a piece of work unless somebody who lives has it.
  ///
  /// - Parameter name: The piece of work, a file name.
  /// - Returns: The claim, or who has it.
  /// - Throws: `FileError` if the folder cannot be used.
  func claim(_ name: String) throws -> Outcome {
    while true {
      let last = generations(of: name).last
      if let owner = try livingOwner(of: name) { return .taken(by: owner) }
      if let claim = try Claim(
        in: self, name: name, generation: (last ?? 0) + 1, beat: patience / 15)
      {
        return .held(claim)
      }
      // Somebody was faster; the next look shows who.
    }
  }

  /// The names of claimed pieces of work with the owners that live.
  ///
  /// - Throws: `FileError` if the folder cannot be used.
  func living() throws -> [(name: String, owner: ProcessIdentity)] {
    try names.compactMap { name in try livingOwner(of: name).map { (name, $0) } }
  }

  /// Forgets the claims of owners that are dead or gave up.
  ///
  /// - Throws: `FileError` if the folder cannot be used.
  func forgetDead() throws {
    for name in names where try isAbandoned(name) { forget(name) }
  }

  /// Returns whether a piece of work was claimed, and nobody who lives has it.
  ///
  /// - Parameter name: The piece of work.
  /// - Returns: Whether what its owner left may be cleared away.
  /// - Throws: `FileError` if the folder cannot be used.
  func isAbandoned(_ name: String) throws -> Bool {
    try !generations(of: name).isEmpty && livingOwner(of: name) == nil
  }

  /// Forgets all claims on a piece of work that is done.
  func forget(_ name: String) { try? FileManager.default.removeItem(atPath: "\(path)/\(name)") }

  // MARK: - Owners

  private var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [])
      .filter { !$0.hasPrefix(".") }.sorted()
  }

  private struct Owner {
    var process: ProcessIdentity
    var lastSign: Double
  }

  private func livingOwner(of name: String) throws -> ProcessIdentity? {
    guard let last = generations(of: name).last,
      let owner = try owner(of: name, generation: last), try isAlive(owner)
    else { return nil }
    return owner.process
  }

  private func generations(of name: String) -> [Int] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(name)")) ?? []
    return names.compactMap { Int($0) }.sorted()
  }

  /// The owner of a claim, nil if it was released or forgotten meanwhile.
  private func owner(of name: String, generation: Int) throws -> Owner? {
    let folder = "\(path)/\(name)/\(generation)"
    guard access("\(folder)/\(Claim.releaseName)", F_OK) != 0,
      let data = try? AtomicFile.read("\(folder)/\(Claim.ownerName)"),
      let process = try? JSONDecoder().decode(ProcessIdentity.self, from: data),
      let time = Self.modificationTime(of: "\(folder)/\(Claim.ownerName)")
    else { return nil }
    return Owner(process: process, lastSign: time)
  }

  private func isAlive(_ owner: Owner) throws -> Bool {
    if let isRunning = owner.process.isRunning { return isRunning }
    // Where the kernel cannot be asked.
    if owner.process == .current { return true }
    return try now() - owner.lastSign <= patience
  }

  /// The time of the folder's file system.
  private func now() throws -> Double {
    let probe = "\(path)/.now-\(ProcessIdentity.hostName)-\(getpid())"
    try AtomicFile.createDirectory(at: path)
    let descriptor = open(probe, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileError(errno: errno, path: probe, operation: "write") }
    defer {
      close(descriptor)
      unlink(probe)
    }
    var status = stat()
    guard futimens(descriptor, nil) == 0, fstat(descriptor, &status) == 0 else {
      throw FileError(errno: errno, path: probe, operation: "write")
    }
    return Self.seconds(status)
  }

  /// The time of a file; opened, because network file systems look again only then.
  private static func modificationTime(of path: String) -> Double? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    return fstat(descriptor, &status) == 0 ? seconds(status) : nil
  }

  private static func seconds(_ status: stat) -> Double {
    Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) * 1e-9
  }
}
