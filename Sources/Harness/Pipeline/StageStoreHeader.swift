import Essentials
import Foundation

/// The file `store.json` of a store, which says how to read the rest.
struct StageStoreHeader: Codable {
  /// The version of the layout.
  var format: Int

  /// Checks the header of a store, or writes one.
  ///
  /// - Parameters:
  ///   - root: The store's folder.
  ///   - option: The option of the command that named it, for messages.
  /// - Throws: ``StageStoreError`` for a store that this program cannot read, `FileError` if the
  ///   folder cannot be used.
  static func check(_ root: String, option: String) throws {
    let path = "\(root)/store.json"
    guard FileManager.default.fileExists(atPath: path) else {
      try AtomicFile.write("{\"format\": \(StageStore.format)}\n", to: path)
      return
    }
    guard let stored = try? JSONDecoder().decode(Self.self, from: try AtomicFile.read(path)) else {
      throw StageStoreError.unreadableHeader(path: path, option: option)
    }
    guard stored.format <= StageStore.format else {
      throw StageStoreError.newerFormat(
        path: root, found: stored.format, supported: StageStore.format, option: option)
    }
  }
}
