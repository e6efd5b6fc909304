import Essentials
import Foundation
import Synchronization

/// The hash of what annotation files say, kept until one of the files changes.
///
/// A fingerprint is asked for at every stage; there are thousands of annotations to read and parse.
final class AnnotationHash: Sendable {
  private let known = Mutex<(files: String, labels: String)?>(nil)

  /// Returns a SHA-256 of the labels of samples.
  ///
  /// - Parameters:
  ///   - ids: The samples.
  ///   - folder: The folder of annotations. One that is missing or damaged counts as that; whoever
  ///     asks for its labels is told.
  ///   - classNames: The foreground classes of the data set's folder.
  /// - Returns: 64 hexadecimal digits that follow from the classes alone.
  func value(of ids: [String], in folder: String, classNames: [String]) -> String {
    var files = SHA256()
    for id in ids { files.update("\(id) \(Self.state(of: "\(folder)/\(id).xml"))\n".utf8) }
    let state = files.finalize()
    return known.withLock { known in
      if let value = known, value.files == state { return value.labels }
      let source = VOCLabels.annotations(folder: folder)
      var hash = SHA256()
      for id in ids {
        let present = (try? source.present(of: id, classNames: classNames)).map { "\($0)" }
        hash.update("\(id) \(present ?? "none")\n".utf8)
      }
      let labels = hash.finalize()
      known = (state, labels)
      return labels
    }
  }

  /// Returns what changes when a file is written anew.
  private static func state(of path: String) -> String {
    var status = stat()
    guard stat(path, &status) == 0 else { return "none" }
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    return "\(status.st_ino) \(status.st_size) \(time.tv_sec).\(time.tv_nsec)"
  }
}
