import Essentials
import Foundation

/// The runs that use a cache: while the folder of one exists, the entries it links are needed.
///
/// A folder may lie where only some machines see it, on the disk of a node for example. So the
/// cache itself lists what each run links, and a run counts as deleted only where the folder above
/// it shows that it is gone.
struct CacheRuns {
  /// A run that is not known to be deleted.
  struct Run: Equatable {
    /// The name of what the cache has written about it.
    var id: String
    /// Its folder.
    var folder: String
    /// Whether its folder can be seen from here.
    var isSeen: Bool
    /// The names of the entries that it needs; nil if it cannot be seen and nothing lists them.
    var entries: [String]?
  }

  /// The cache's folder.
  let cache: String

  /// Has a file with the path of every run.
  private var paths: String { "\(cache)/runs" }
  /// Has a file with the names of the entries that a run links, one a line.
  private var needs: String { "\(cache)/needs" }

  /// Remembers a run, and what it links already.
  ///
  /// - Parameter run: The run's folder.
  /// - Throws: `FileError` if the cache cannot be written.
  func add(_ run: String) throws {
    let path = written(run)
    let file = "\(paths)/\(Self.id(of: path))"
    if !FileManager.default.fileExists(atPath: file) { try AtomicFile.write(path + "\n", to: file) }
    try noteEntries(of: run)
  }

  /// Lists what a run links now, for those who cannot see its folder.
  ///
  /// - Parameter run: The run's folder.
  /// - Throws: `FileError` if the cache cannot be written.
  func noteEntries(of run: String) throws {
    let list = Self.entries(of: run).map { $0 + "\n" }.joined()
    try AtomicFile.write(list, to: "\(needs)/\(Self.id(of: written(run)))")
  }

  /// Returns the runs that are not known to be deleted, by their folders.
  ///
  /// - Throws: `FileError` if the cache cannot be read.
  func existing() throws -> [Run] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: paths)) ?? []
    // Names with points are those of files that a kill left half-written.
    return try names.filter { !$0.contains(".") }.compactMap { id in try run(id) }
      .sorted { $0.folder < $1.folder }
  }

  /// Forgets the runs that cannot be seen from here.
  ///
  /// - Throws: `FileError` if the cache cannot be read.
  func forgetUnseen() throws {
    for run in try existing() where !run.isSeen {
      unlink("\(paths)/\(run.id)")
      unlink("\(needs)/\(run.id)")
    }
  }

  /// Reads what is known about a run; nil if it is deleted.
  private func run(_ id: String) throws -> Run? {
    let text = String(decoding: try AtomicFile.read("\(paths)/\(id)"), as: UTF8.self)
      .trimmingCharacters(in: .newlines)
    let path =
      text.hasPrefix("/") ? text : CachePath.absolute("\(CachePath.absolute(cache))/\(text)")
    if access(path, F_OK) == 0 {
      return Run(id: id, folder: path, isSeen: true, entries: Self.entries(of: path))
    }
    let code = errno
    let parent = (path as NSString).deletingLastPathComponent
    // A folder above that is missing, or may not be searched, tells nothing.
    if code == ENOENT, access(parent, F_OK) == 0 { return nil }
    let list = (try? AtomicFile.read("\(needs)/\(id)")).map { String(decoding: $0, as: UTF8.self) }
    return Run(
      id: id, folder: path, isSeen: false,
      entries: list.map { $0.split(separator: "\n").map(String.init) })
  }

  /// The names of the folders in `stages/` of a run.
  private static func entries(of run: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "\(run)/stages")) ?? []).sorted()
  }

  private static func id(of path: String) -> String {
    String(SHA256.hexDigest(of: path.utf8).prefix(16))
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
