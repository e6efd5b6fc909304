import Foundation
import Synchronization

/// A new empty folder that disappears with this object.
public final class TemporaryFolder: Sendable {
  /// The folder's path.
  public let path: String

  /// Creates a folder.
  ///
  /// - Throws: An error if it cannot be created.
  public init() throws {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("conta-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Keeps the folder until the process ends, for what all tests of a process share.
  public func removeAtExit() {
    leftovers.withLock { paths in
      if paths.isEmpty {
        atexit {
          for path in leftovers.withLock({ $0 }) {
            try? FileManager.default.removeItem(atPath: path)
          }
        }
      }
      paths.append(path)
    }
  }

  /// Writes a text file, and the folders above it.
  ///
  /// - Parameters:
  ///   - text: The file's content.
  ///   - name: The path inside the folder.
  /// - Throws: An error if it cannot be written.
  public func write(_ text: String, to name: String) throws {
    let file = URL(fileURLWithPath: "\(path)/\(name)")
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  /// Reads a text file.
  ///
  /// - Parameter name: The path inside the folder.
  /// - Returns: The file's content.
  /// - Throws: An error if it cannot be read.
  public func text(of name: String) throws -> String {
    try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8)
  }
}

/// Static objects are never destroyed, so their folders are listed here.
private let leftovers = Mutex<[String]>([])

/// Runs a body with a new empty folder that is removed afterwards.
///
/// - Parameter body: What uses the folder's path.
/// - Returns: What `body` returns.
/// - Throws: What `body` throws, or an error if the folder cannot be created.
public func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = try TemporaryFolder()
  return try withExtendedLifetime(folder) { try body(folder.path) }
}
