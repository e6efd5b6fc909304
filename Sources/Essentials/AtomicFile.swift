public import Foundation

/// Files that appear whole or not at all.
public enum AtomicFile {
  /// Writes `data` to a temporary file beside `path`, flushes it, and renames it into place.
  ///
  /// A reader never sees a half-written file, and a full disk or a kill leaves the old file as it
  /// was.
  ///
  /// - Parameters:
  ///   - data: The file's whole content.
  ///   - path: Where the file appears; its folder is created if needed.
  /// - Throws: ``FileError`` if the folder or the file cannot be written; nothing is left behind.
  public static func write(_ data: Data, to path: String) throws {
    try createDirectory(at: (path as NSString).deletingLastPathComponent)
    let temporary = "\(path).\(getpid()).\(UInt32.random(in: 0 ... .max)).tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileError(errno: errno, path: path, operation: "write") }
    do {
      try write(data, to: descriptor, path: path)
      guard rename(temporary, path) == 0 else {
        throw FileError(errno: errno, path: path, operation: "write")
      }
    } catch {
      unlink(temporary)
      throw error
    }
  }

  /// Deletes the temporary files of writers that were killed.
  ///
  /// - Parameters:
  ///   - directory: The folder; nobody may be writing to it.
  ///   - recursively: Whether its subfolders are searched too.
  public static func removeTemporaryFiles(in directory: String, recursively: Bool) {
    let manager = FileManager.default
    let names =
      recursively
      ? manager.subpaths(atPath: directory)
      : try? manager.contentsOfDirectory(atPath: directory)
    for name in names ?? [] {
      let parts = name.split(separator: ".").suffix(3)
      if parts.last == "tmp", parts.count == 3, parts.dropLast().allSatisfy({ UInt32($0) != nil }) {
        unlink("\(directory)/\(name)")
      }
    }
  }

  /// Writes and flushes all bytes and closes the file in any case.
  private static func write(_ data: Data, to descriptor: Int32, path: String) throws {
    var failure: Int32 = 0
    data.withUnsafeBytes { bytes in
      var written = 0
      while written < bytes.count, failure == 0 {
        let count = Foundation.write(
          descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
        if count >= 0 { written += count } else if errno != EINTR { failure = errno }
      }
    }
    if failure == 0, fsync(descriptor) != 0, errno != EINVAL { failure = errno }
    if close(descriptor) != 0, failure == 0 { failure = errno }
    guard failure == 0 else { throw FileError(errno: failure, path: path, operation: "write") }
  }

  /// Writes `text` as UTF-8, as ``write(_:to:)-(Data,_)`` does.
  ///
  /// - Parameters:
  ///   - text: The file's whole content.
  ///   - path: Where the file appears.
  /// - Throws: ``FileError`` if the file cannot be written.
  public static func write(_ text: String, to path: String) throws {
    try write(Data(text.utf8), to: path)
  }

  /// Reads a whole file.
  ///
  /// - Parameter path: The file.
  /// - Returns: Its bytes.
  /// - Throws: ``FileError`` if it is missing or may not be read.
  public static func read(_ path: String) throws -> Data {
    guard access(path, R_OK) == 0 else {
      throw FileError(errno: errno, path: path, operation: "read")
    }
    do {
      return try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw FileError.failed(path: path, operation: "read", reason: "the file is not readable")
    }
  }

  /// Creates a folder and the folders above it.
  ///
  /// - Parameter path: The folder; empty means the current one.
  /// - Throws: ``FileError`` if it cannot be created.
  public static func createDirectory(at path: String) throws {
    guard !path.isEmpty, mkdir(path, 0o755) != 0 else { return }
    switch errno {
    case EEXIST:
      var isDirectory: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory),
        isDirectory.boolValue
      else {
        throw FileError.failed(
          path: path, operation: "create the folder", reason: "a file of that name exists")
      }
    case ENOENT:
      try createDirectory(at: (path as NSString).deletingLastPathComponent)
      guard mkdir(path, 0o755) == 0 || errno == EEXIST else {
        throw FileError(errno: errno, path: path, operation: "create the folder")
      }
    case ENOTDIR:
      throw FileError.failed(
        path: path, operation: "create the folder", reason: "a part of the path is a file")
    default:
      throw FileError(errno: errno, path: path, operation: "create the folder")
    }
  }

  /// Publishes a finished folder under its final name in one step.
  ///
  /// - Parameters:
  ///   - source: The finished folder, on the same disk.
  ///   - destination: The name it gets; nothing may be there.
  /// - Throws: ``FileError`` if the rename fails.
  public static func publishDirectory(_ source: String, as destination: String) throws {
    try createDirectory(at: (destination as NSString).deletingLastPathComponent)
    guard rename(source, destination) == 0 else {
      throw FileError(errno: errno, path: destination, operation: "publish")
    }
  }

  /// Returns a place for a folder in the making, beside the one it becomes.
  ///
  /// It carries the number of this process, so what killed processes of this machine left there is
  /// recognised, and deleted.
  ///
  /// - Parameter destination: The final name, without a slash at its end.
  /// - Returns: A path on the same disk, for ``publishDirectory(_:as:)``; nothing is there.
  public static func stagingDirectory(for destination: String) -> String {
    let folder = (destination as NSString).deletingLastPathComponent
    let name = (destination as NSString).lastPathComponent
    let siblings = try? FileManager.default.contentsOfDirectory(
      atPath: folder.isEmpty ? "." : folder)
    for sibling in siblings ?? [] where sibling.hasPrefix("\(name).") && sibling.hasSuffix(".tmp") {
      guard let owner = pid_t(sibling.dropFirst(name.count + 1).dropLast(4)), owner > 0,
        owner == getpid() || kill(owner, 0) != 0 && errno == ESRCH
      else { continue }
      try? FileManager.default.removeItem(
        atPath: (folder as NSString).appendingPathComponent(sibling))
    }
    return "\(destination).\(getpid()).tmp"
  }
}
