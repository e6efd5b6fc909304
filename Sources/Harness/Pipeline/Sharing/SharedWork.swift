import Essentials
import Foundation

/// The work folder of a claimed stage; it continues what a dead owner left.
struct SharedWork {
  /// Where the stage works.
  let directory: WorkDirectory

  private let root: String
  private let mark: String

  /// Takes over what is there, or begins anew.
  ///
  /// - Parameters:
  ///   - root: The folder of the stage's work.
  ///   - claim: The claim that makes this process its owner.
  /// - Throws: `FileError` if the folder cannot be written.
  init(root: String, claim: Claim) throws {
    self.root = root
    directory = WorkDirectory(root: "\(root)/\(claim.token)")
    mark = "\(directory.root)/owner-\(claim.token)"
    try AtomicFile.createDirectory(at: root)
    let left = try FileManager.default.contentsOfDirectory(atPath: root).sorted()
    for name in left {
      if !FileManager.default.fileExists(atPath: directory.root),
        rename("\(root)/\(name)", directory.root) == 0
      {
        continue
      }
      try? FileManager.default.removeItem(atPath: "\(root)/\(name)")
    }
    try AtomicFile.write("", to: mark)
  }

  /// Whether the folder is still this owner's.
  var isOwn: Bool { access(mark, F_OK) == 0 }

  /// Deletes the owner's folder, and that of the stage if nobody else works in it.
  func remove() {
    try? FileManager.default.removeItem(atPath: directory.root)
    rmdir(root)
  }
}
