import Essentials
import Foundation

/// The folder of one run, held by one process at a time.
///
/// The operating system drops the lock when the process ends, however it ends.
public final class RunDirectory: Sendable {
  /// The folder.
  public let path: String

  private let descriptor: Int32

  /// Opens a run's folder, creating it if there is none, and locks it.
  ///
  /// - Parameter path: The folder.
  /// - Throws: ``StageStoreError/inUse(path:owner:)`` if another process has it, `FileError` if it
  ///   cannot be used.
  public init(path: String) throws {
    try AtomicFile.createDirectory(at: path)
    let lock = "\(path)/lock"
    descriptor = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileError(errno: errno, path: lock, operation: "write") }
    self.path = path
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      let owner = String(data: (try? AtomicFile.read(lock)) ?? Data(), encoding: .utf8)?
        .trimmingCharacters(in: .whitespacesAndNewlines)
      // Every stored property is set, so leaving here runs deinit, which closes the file.
      throw code == EWOULDBLOCK
        ? StageStoreError.inUse(
          path: path, owner: owner.flatMap { $0.isEmpty ? nil : $0 } ?? "another process")
        : FileError(errno: code, path: lock, operation: "lock")
    }
    let owner = Array("\(ProcessIdentity.current)\n".utf8)
    guard ftruncate(descriptor, 0) == 0,
      pwrite(descriptor, owner, owner.count, 0) == owner.count
    else { throw FileError(errno: errno, path: lock, operation: "write") }
    AtomicFile.removeTemporaryFiles(in: path, recursively: false)
  }

  deinit { close(descriptor) }

  /// Returns the path of a file of the folder.
  ///
  /// - Parameter name: The path inside the folder.
  /// - Returns: The full path.
  public func path(_ name: String) -> String { "\(path)/\(name)" }
}
