import Essentials
import Foundation

/// The list of a published folder's files, by which a damaged entry is found before it is used.
struct StageManifest: Codable, Equatable {
  /// The version of the store's layout.
  static let currentFormat = 1
  /// The manifest's own name in the folder.
  static let fileName = "manifest.json"

  /// One file of the folder.
  struct File: Codable, Equatable {
    /// The path inside the folder, with "/" between its parts.
    var path: String
    /// The size in bytes.
    var byteCount: Int
    /// The SHA-256 of the content.
    var sha256: String
  }

  /// The version of the store's layout that wrote it.
  var format: Int
  /// The stage's name.
  var stage: String
  /// The stage's key.
  var key: String
  /// The description behind the key, so that a person can see why an entry was or was not used.
  var description: String
  /// The files, by path.
  var files: [File]

  /// The hash of names and contents, the input hash of stages that read this folder.
  var contentHash: String {
    SHA256.hexDigest(
      of: files.map { "\($0.sha256) \($0.byteCount) \($0.path)\n" }.joined().utf8)
  }

  /// Lists a folder.
  ///
  /// - Parameters:
  ///   - directory: The folder.
  ///   - stage: What wrote it.
  /// - Throws: ``FileError`` if a file cannot be read.
  init(of directory: String, stage: StageDescription) throws {
    format = Self.currentFormat
    self.stage = stage.name
    key = stage.key.hexadecimal
    description = stage.canonicalText
    files = try Self.paths(in: directory).map { path in
      let data = try AtomicFile.read("\(directory)/\(path)")
      return File(path: path, byteCount: data.count, sha256: SHA256.hexDigest(of: data))
    }
  }

  /// Reads the manifest of a folder; nil if there is none or it is damaged.
  ///
  /// - Parameter directory: The folder.
  init?(in directory: String) {
    guard let data = try? AtomicFile.read("\(directory)/\(Self.fileName)"),
      let manifest = try? JSONDecoder().decode(StageManifest.self, from: data)
    else { return nil }
    self = manifest
  }

  /// Writes the manifest into its folder.
  ///
  /// - Parameter directory: The folder.
  /// - Throws: ``FileError`` if it cannot be written.
  func write(to directory: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    try AtomicFile.write(try encoder.encode(self), to: "\(directory)/\(Self.fileName)")
  }

  /// Returns what is wrong with a folder, nil if every file is there and as it was written.
  ///
  /// - Parameter directory: The folder.
  /// - Returns: The first problem, or nil.
  func damage(in directory: String) -> String? {
    let present = Self.paths(in: directory)
    let known = Set(files.map(\.path))
    if let extra = present.first(where: { !known.contains($0) }) {
      return "'\(extra)' is not in the manifest"
    }
    for file in files {
      guard let data = try? AtomicFile.read("\(directory)/\(file.path)") else {
        return "'\(file.path)' is missing"
      }
      if data.count != file.byteCount {
        return "'\(file.path)' has \(data.count) bytes instead of \(file.byteCount)"
      }
      if SHA256.hexDigest(of: data) != file.sha256 {
        return "the content of '\(file.path)' changed"
      }
    }
    return nil
  }

  /// The files of a folder and its subfolders by path, the manifest left out.
  private static func paths(in directory: String) -> [String] {
    guard let enumerator = FileManager.default.enumerator(atPath: directory) else { return [] }
    var paths: [String] = []
    while let path = enumerator.nextObject() as? String {
      var isDirectory: ObjCBool = false
      _ = FileManager.default.fileExists(
        atPath: "\(directory)/\(path)", isDirectory: &isDirectory)
      if !isDirectory.boolValue, path != fileName { paths.append(path) }
    }
    return paths.sorted()
  }
}
