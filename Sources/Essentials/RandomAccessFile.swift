public import Foundation

/// An open file that is read piece by piece, so that only the pieces asked for use memory.
///
/// Reads by offset, not by mapping: a file that shrinks meanwhile gives an error, not a crash.
public final class RandomAccessFile: Sendable {
  /// Where the file lies.
  public let path: String
  /// The number of bytes when it was opened.
  public let byteCount: Int
  private let descriptor: Int32

  /// Opens a regular file for reading.
  ///
  /// - Parameter path: The file.
  /// - Throws: ``FileError`` if it is missing, may not be read, or is a folder, pipe or device.
  public init(_ path: String) throws {
    // Without O_NONBLOCK, opening a pipe would wait for its writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError(errno: errno, path: path, operation: "read") }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw FileError.failed(path: path, operation: "read", reason: "it is not a regular file")
    }
    self.path = path
    self.byteCount = Int(status.st_size)
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Reads a range of bytes.
  ///
  /// - Parameter range: The bytes; the caller checks that they lie inside the file.
  /// - Returns: Exactly these bytes, or nil if the file ends before them.
  /// - Throws: ``FileError`` if the disk reports an error.
  public func read(_ range: Range<Int>) throws -> Data? {
    guard range.lowerBound >= 0, range.upperBound <= byteCount else { return nil }
    var data = Data(count: range.count)
    let isComplete = try data.withUnsafeMutableBytes { buffer in
      var done = 0
      while done < buffer.count {
        let count = pread(
          descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done,
          off_t(range.lowerBound + done))
        if count == 0 { return false }
        if count < 0 {
          if errno == EINTR { continue }
          throw FileError(errno: errno, path: path, operation: "read")
        }
        done += count
      }
      return true
    }
    return isComplete ? data : nil
  }

  /// Returns the SHA-256 of the whole file.
  ///
  /// - Returns: 64 lower-case hexadecimal digits.
  /// - Throws: ``FileError`` if the disk reports an error or the file shrank meanwhile.
  public func sha256() throws -> String {
    var hash = SHA256()
    for start in stride(from: 0, to: byteCount, by: 1 << 20) {
      guard let piece = try read(start..<min(start + 1 << 20, byteCount)) else {
        throw FileError.failed(
          path: path, operation: "read", reason: "it became shorter while it was read")
      }
      hash.update(piece)
    }
    return hash.finalize()
  }
}
