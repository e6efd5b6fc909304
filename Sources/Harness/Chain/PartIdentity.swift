import CoreAPI
import Essentials

/// What the stages of a part depend on besides images and the stages before them.
///
/// Files count by their content: a moved folder or another way to write a path changes no key.
struct PartIdentity {
  /// The part's resolved section without its paths.
  let configuration: ConfigurationNode
  /// The SHA-256 of every file that the section names, by the full key that names it.
  let files: [String: String]
  /// The supervision of the part and the content hashes of files that it names besides.
  let inputs: [String: String]
  /// ``configuration`` without what only inference reads.
  let trainingConfiguration: ConfigurationNode
  /// The content hashes among ``inputs``: plain values are in the configuration, and those of them
  /// that training reads are in ``trainingConfiguration``.
  let trainingInputs: [String: String]

  /// Identifies a part.
  ///
  /// - Parameters:
  ///   - part: The part, built.
  ///   - reader: The section that it was built from.
  /// - Throws: `FileError` if a file cannot be read.
  init(_ part: any TrainablePart, _ reader: ConfigurationReader) throws {
    configuration = reader.resolvedWithoutPaths
    trainingConfiguration = reader.resolvedForTraining
    var inputs: [String: String] = [:]
    var plainInputs: Set<String> = []
    for record in part.supervision {
      let key = "\(record.kind) \(record.use)"
      inputs[key] = record.hash ?? record.source
      if record.hash == nil { plainInputs.insert(key) }
    }
    let recorded = Dictionary(
      part.supervision.compactMap { record in record.hash.map { (record.source, $0) } },
      uniquingKeysWith: { first, _ in first })
    var files: [String: String] = [:]
    for (key, path) in reader.paths {
      files[key] = try recorded[path] ?? RandomAccessFile(path).sha256()
      if recorded[path] == nil { inputs["file \(key)"] = files[key] }
    }
    self.files = files
    self.inputs = inputs
    trainingInputs = inputs.filter { !plainInputs.contains($0.key) }
  }
}

/// The identities of the three parts of a round.
struct PartIdentities {
  let seedGenerator: PartIdentity
  let expander: PartIdentity
  let segmenter: PartIdentity

  /// The SHA-256 of every file that the parts name, by the full key that names it.
  var files: [String: String] {
    [expander, segmenter].reduce(seedGenerator.files) { files, part in
      files.merging(part.files) { first, _ in first }
    }
  }
}
