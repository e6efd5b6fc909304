public import Foundation

extension StageCache {
  /// What a stopped run left of a stage that it had not finished, a checkpoint for example.
  public struct Leftover: Sendable, Equatable {
    /// The name of its folder, the stage's key.
    public var name: String
    /// The size of its files.
    public var size: ByteSize
    /// When the newest of its files was written.
    public var lastChange: Date
  }

  /// For how many seconds a leftover waits for its run to go on: 30 days.
  static let leftoverLifetime = 30.0 * 24 * 60 * 60

  /// What the name of an entry or leftover in `work/` begins with while it is deleted.
  static let deletedPrefix = "deleted-"

  /// Returns what stopped runs left, and what claimed stages work on, by name.
  func leftovers() -> [Leftover] {
    names("work").filter { !$0.hasPrefix(Self.deletedPrefix) }.map(leftover)
  }

  private func leftover(_ name: String) -> Leftover {
    let folder = "\(path)/work/\(name)"
    var byteCount = 0
    var times: [Int] = []
    for file in FileManager.default.subpaths(atPath: folder) ?? [] {
      var status = stat()
      guard lstat("\(folder)/\(file)", &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        continue
      }
      byteCount += Int(status.st_size)
      times.append(Int(status.st_mtim.tv_sec))
    }
    // A run that was stopped at once leaves folders only.
    let time = times.max().map { Date(timeIntervalSince1970: Double($0)) } ?? Self.time(of: folder)
    return Leftover(name: name, size: ByteSize(byteCount), lastChange: time ?? .distantPast)
  }
}
