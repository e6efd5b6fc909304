import Essentials
import Foundation

/// The Git checkout that a program was built in, read without running Git.
enum SourceCheckout {
  /// Returns the commit that a checkout was at when a program was linked in it.
  ///
  /// Git writes every commit that a checkout moves to into `logs/HEAD`, with the time, so what is
  /// checked out afterwards changes nothing.
  ///
  /// - Parameters:
  ///   - path: The program's file.
  ///   - time: When it was linked, in seconds since 1970.
  /// - Returns: The commit; nil for a program that does not lie in `.build` of a package, or a package
  ///   whose checkout has no such log.
  static func commit(ofProgram path: String, linkedAt time: Int) -> String? {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard let place = parts.lastIndex(of: ".build") else { return nil }
    let package = parts[..<place].joined(separator: "/")
    guard FileManager.default.fileExists(atPath: "\(package)/Package.swift"),
      let log = try? AtomicFile.read("\(gitFolder(of: package))/logs/HEAD")
    else { return nil }
    var commit: String?
    for line in String(decoding: log, as: UTF8.self).split(separator: "\n") {
      // "OLD NEW NAME <MAIL> SECONDS ZONE", then a tab and a message.
      let fields = line.prefix { $0 != "\t" }.split(separator: " ")
      guard fields.count > 4, let seconds = Int(fields[fields.count - 2]), seconds <= time,
        fields[1].allSatisfy(\.isHexDigit)
      else { continue }
      commit = String(fields[1])
    }
    return commit
  }

  /// Git's folder of a checkout; that of a second worktree is named in a file.
  private static func gitFolder(of package: String) -> String {
    let place = "\(package)/.git"
    let prefix = "gitdir: "
    guard let data = try? AtomicFile.read(place) else { return place }
    let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    guard text.hasPrefix(prefix) else { return place }
    let folder = String(text.dropFirst(prefix.count))
    return folder.hasPrefix("/") ? folder : "\(package)/\(folder)"
  }
}
