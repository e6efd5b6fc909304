import Foundation

/// The run directories in folders.
public struct RunFolders: Sendable, Equatable {
  /// The finished ones, sorted by path within each folder given.
  public private(set) var finished: [String] = []
  /// Those that were begun and have no results yet.
  public private(set) var unfinished: [String] = []

  /// Finds runs; a folder that is no run itself is searched, whatever lies below a run is not.
  ///
  /// - Parameter paths: Run directories, or folders with run directories below them.
  /// - Throws: ``ResultError/noResults(directory:)`` for a path without any run.
  public init(_ paths: [String]) throws {
    for path in paths {
      let count = finished.count + unfinished.count
      search(path, depth: 0)
      guard finished.count + unfinished.count > count else {
        throw ResultError.noResults(directory: path)
      }
    }
    if finished.isEmpty, let path = paths.first { throw ResultError.noResults(directory: path) }
  }

  private static let depthLimit = 4

  private mutating func search(_ path: String, depth: Int) {
    let manager = FileManager.default
    if manager.fileExists(atPath: "\(path)/\(RunResults.fileName)") {
      finished.append(path)
    } else if ["configuration.yaml", CellRecord.fileName].contains(where: {
      manager.fileExists(atPath: "\(path)/\($0)")
    }) {
      unfinished.append(path)
    } else if depth < Self.depthLimit {
      for name in ((try? manager.contentsOfDirectory(atPath: path)) ?? []).sorted()
      where !name.hasPrefix(".") {
        var isDirectory: ObjCBool = false
        if manager.fileExists(atPath: "\(path)/\(name)", isDirectory: &isDirectory),
          isDirectory.boolValue
        {
          search("\(path)/\(name)", depth: depth + 1)
        }
      }
    }
  }
}
