import CoreAPI
import Essentials

/// What the stages of a part depend on besides images and the stages before them.
///
/// Files count by their content: a moved folder or another way to write a path changes no key.
struct PartIdentity {
  /// The part's resolved section without its paths.
  let configuration: ConfigurationNode
  /// The supervision of the part and the content hashes of files that it names besides.
  let inputs: [String: String]

  /// Identifies a part.
  ///
  /// - Parameters:
  ///   - part: The part, built.
  ///   - reader: The section that it was built from.
  /// - Throws: `FileError` if a file cannot be read.
  init(_ part: any TrainablePart, _ reader: ConfigurationReader) throws {
    configuration = reader.resolvedWithoutPaths
    var inputs: [String: String] = [:]
    for record in part.supervision {
      inputs["\(record.kind) \(record.use)"] = record.hash ?? record.source
    }
    let recorded = Set(part.supervision.filter { $0.hash != nil }.map(\.source))
    for (key, path) in reader.paths where !recorded.contains(path) {
      inputs["file \(key)"] = try RandomAccessFile(path).sha256()
    }
    self.inputs = inputs
  }
}
