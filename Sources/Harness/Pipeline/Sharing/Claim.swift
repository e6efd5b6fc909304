import Dispatch
import Essentials
import Foundation

/// A piece of work that this process has to itself until it releases it or dies.
final class Claim: Sendable {
  /// The file that says who owns a claim.
  static let ownerName = "owner.json"
  /// The file that says that a claim is given up.
  static let releaseName = "released"

  /// What no other claim is called.
  let token: String

  private let directory: String
  /// Dispatch sources may be cancelled from any thread.
  private nonisolated(unsafe) let heart: any DispatchSourceTimer

  /// Claims a generation of a piece of work; nil if somebody else has it.
  ///
  /// - Parameters:
  ///   - folder: Where the claims are.
  ///   - name: The piece of work.
  ///   - generation: The number after that of the last claim.
  ///   - beat: The number of seconds between two signs of life.
  /// - Throws: `FileError` if the folder cannot be written.
  init?(in folder: ClaimFolder, name: String, generation: Int, beat: Double) throws {
    let token = UUID().uuidString.lowercased()
    self.token = token
    directory = "\(folder.path)/\(name)/\(generation)"
    let draft = "\(folder.path)/\(name)/.new-\(token)"
    let data = try JSONEncoder().encode(ProcessIdentity.current)
    let written = Result<Void, any Error> {
      try AtomicFile.write("", to: "\(draft)/\(token)")
      try AtomicFile.write(data, to: "\(draft)/\(Self.ownerName)")
    }
    let file = open("\(draft)/\(Self.ownerName)", O_WRONLY | O_CLOEXEC)
    let code = errno
    let beat = max(beat, 0.05)
    heart = DispatchSource.makeTimerSource(queue: .global(qos: .utility))
    // The file's own handle is touched, so that nobody else's claim ever is.
    heart.setEventHandler { _ = futimens(file, nil) }
    heart.setCancelHandler { close(file) }
    heart.schedule(deadline: .now() + beat, repeating: beat)
    heart.resume()
    // Every stored property is set: leaving here runs deinit, which stops the heart.
    guard file >= 0 else {
      // Somebody forgot all claims on this piece of work meanwhile; it may be done.
      if case .failure(let error) = written {
        if case .notFound? = error as? FileError { return nil }
        throw error
      }
      if code == ENOENT { return nil }
      throw FileError(errno: code, path: draft, operation: "write")
    }
    let failure = folder.move(draft, directory)
    // If a server's answer is lost, it is asked again and finds that there is nothing to rename.
    if failure != 0, !isInPlace {
      try? FileManager.default.removeItem(atPath: draft)
      switch failure {
      case ENOTEMPTY, EEXIST, ENOENT: return nil
      default: throw FileError(errno: failure, path: directory, operation: "write")
      }
    }
  }

  deinit { heart.cancel() }

  /// Whether the claim in place is this one.
  private var isInPlace: Bool {
    // A network file system remembers that a folder was not there until the one above is listed.
    _ = try? FileManager.default.contentsOfDirectory(
      atPath: (directory as NSString).deletingLastPathComponent)
    return access("\(directory)/\(token)", F_OK) == 0
  }

  /// Gives the work up, so that others need not wait for signs of life.
  func release() {
    heart.cancel()
    let file = open("\(directory)/\(Self.releaseName)", O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
    guard file < 0 else {
      close(file)
      return
    }
    // Full disks let files be deleted, and a claim without an owner is nobody's.
    unlink("\(directory)/\(Self.ownerName)")
  }
}
