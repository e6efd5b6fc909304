import Foundation

/// A file operation that failed, in words for the person who asked for it.
public enum FileError: Error, Equatable, CustomStringConvertible, Sendable {
  /// There is no file or folder at this path.
  case notFound(path: String)
  /// The file exists but may not be read or written.
  case noPermission(path: String)
  /// The disk that holds the path is full.
  case diskFull(path: String)
  /// Anything else the operating system said.
  case failed(path: String, operation: String, reason: String)

  /// The message, with the path and what to do next.
  public var description: String {
    switch self {
    case .notFound(let path):
      "No file at '\(path)'. Check the path."
    case .noPermission(let path):
      "No permission to use '\(path)'. Change its permissions or choose another place."
    case .diskFull(let path):
      "The disk is full: '\(path)' was not written. Free some space and run the same command "
        + "again; finished work is kept."
    case .failed(let path, let operation, let reason):
      "Could not \(operation) '\(path)': \(reason)."
    }
  }

  /// Makes the error that an `errno` value stands for.
  ///
  /// - Parameters:
  ///   - code: The value of `errno` after the failed call.
  ///   - path: The file it was about.
  ///   - operation: The verb for the message, for example "write".
  public init(errno code: Int32, path: String, operation: String) {
    switch code {
    case ENOENT, ENOTDIR: self = .notFound(path: path)
    case EACCES, EPERM, EROFS: self = .noPermission(path: path)
    case ENOSPC, EDQUOT: self = .diskFull(path: path)
    default:
      self = .failed(path: path, operation: operation, reason: String(cString: strerror(code)))
    }
  }
}
