public import Essentials
public import TensorFiles

/// A sample file of a library and what its manifest says about it.
public struct GoldenFile: Sendable {
  /// The manifest's lists of sample files.
  public enum List: String, Sendable {
    /// Files that have to be read.
    case valid
    /// Damaged and malicious files.
    case hostile
  }

  /// The path inside the library, for example `files/npy/f4_c.npy`.
  public let name: String
  /// The whole entry of the manifest.
  public let entry: JSONValue

  private let folder: String

  init?(entry: JSONValue, folder: String) {
    guard let name = entry["file"].string else { return nil }
    self.name = name
    self.entry = entry
    self.folder = folder
  }

  /// The full path.
  public var path: String { "\(folder)/\(name)" }

  /// The name of the format, for example `npy`.
  public var format: String { entry["format"].string ?? "" }

  /// Opens the file of tensors that an entry names, by default that with the sample's content.
  ///
  /// - Parameter key: The entry.
  /// - Returns: The file.
  /// - Throws: ``GoldenError`` if the manifest names none, `TensorFileError` if it is damaged.
  public func tensors(_ key: String = "decoded") throws -> SafetensorsFile {
    guard let other = entry[key].string else {
      throw GoldenError("The manifest has no '\(key)' for '\(path)'")
    }
    return try SafetensorsFile(contentsOf: "\(folder)/\(other)")
  }
}

extension GoldenLibrary {
  /// Returns the sample files of some formats.
  ///
  /// - Parameters:
  ///   - list: Which list of the manifest.
  ///   - formats: The names of the formats.
  /// - Returns: The files in the manifest's order; empty if there is none.
  public func files(_ list: GoldenFile.List, formats: [String]) -> [GoldenFile] {
    (manifest["files"][list.rawValue].array ?? []).compactMap {
      GoldenFile(entry: $0, folder: path)
    }.filter { formats.contains($0.format) }
  }
}
