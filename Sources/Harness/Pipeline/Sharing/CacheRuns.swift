import Essentials
import Foundation

/// The runs that use a cache: while the folder of one exists, the entries it links are needed.
struct CacheRuns {
  /// The cache's folder.
  let cache: String

  private var folder: String { "\(cache)/runs" }

  /// Remembers a run.
  ///
  /// - Parameter run: The run's folder.
  /// - Throws: `FileError` if the cache cannot be written.
  func add(_ run: String) throws {
    let path = written(run)
    let file = "\(folder)/\(SHA256.hexDigest(of: path.utf8).prefix(16))"
    guard !FileManager.default.fileExists(atPath: file) else { return }
    try AtomicFile.write(path + "\n", to: file)
  }

  /// Returns the folders of the runs that exist, sorted.
  ///
  /// - Throws: `FileError` if the cache cannot be read.
  func existing() throws -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return try names.sorted().compactMap { name in
      let text = String(decoding: try AtomicFile.read("\(folder)/\(name)"), as: UTF8.self)
        .trimmingCharacters(in: .newlines)
      let path =
        text.hasPrefix("/") ? text : CachePath.absolute("\(CachePath.absolute(cache))/\(text)")
      return FileManager.default.fileExists(atPath: path) ? path : nil
    }.sorted()
  }

  /// Returns the names of the entries that a run needs.
  ///
  /// - Parameter run: The run's folder.
  /// - Returns: The names of the folders in `stages/`.
  static func entries(of run: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "\(run)/stages")) ?? []).sorted()
  }

  /// A run of a grid is written as it is seen from the cache, so that the grid can be moved.
  private func written(_ run: String) -> String {
    let run = CachePath.absolute(run)
    let grid = (CachePath.absolute(cache) as NSString).deletingLastPathComponent
    let cells = (run as NSString).deletingLastPathComponent
    guard (cells as NSString).deletingLastPathComponent == grid else { return run }
    return "../" + run.dropFirst(grid.count + 1)
  }
}
