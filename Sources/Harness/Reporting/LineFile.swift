import Essentials
import Foundation

/// A text file that only grows, a line at a time, and survives a kill in the middle of a line.
struct LineFile {
  /// The file.
  let path: String

  /// Appends a line, on a new line even if the last one was cut off.
  ///
  /// - Parameter line: The line without its line break.
  /// - Throws: ``FileError`` if it cannot be written.
  func append(_ line: Data) throws {
    try AtomicFile.createDirectory(at: (path as NSString).deletingLastPathComponent)
    let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileError(errno: errno, path: path, operation: "write") }
    defer { close(descriptor) }
    var bytes = Array(line) + [UInt8(ascii: "\n")]
    var last: UInt8 = 0
    let size = lseek(descriptor, 0, SEEK_END)
    if size > 0, pread(descriptor, &last, 1, size - 1) == 1, last != UInt8(ascii: "\n") {
      bytes.insert(UInt8(ascii: "\n"), at: 0)
    }
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        throw FileError(errno: errno, path: path, operation: "write")
      }
      written += count
    }
  }

  /// Returns the lines; none if there is no file.
  ///
  /// - Throws: ``FileError`` if the file exists but cannot be read.
  func lines() throws -> [Data] {
    guard access(path, F_OK) == 0 else { return [] }
    return try AtomicFile.read(path).split(separator: UInt8(ascii: "\n")).map { Data($0) }
  }
}
