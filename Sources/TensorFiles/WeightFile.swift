import Essentials
import Foundation

/// The tensors of a weight file, whatever its format.
public struct WeightFileContents: Sendable {
  /// Where the file lies.
  public let path: String
  /// The SHA-256 of the file's bytes, by which its content is known wherever it lies.
  public let sha256: String
  /// Names and values in the file's order (safetensors: sorted).
  public let tensors: [(name: String, tensor: TensorData)]
  /// The names that stand for the same tensor, first name first; only groups of two or more.
  public let aliases: [[String]]
  /// The names whose tensors are parts of one storage; only groups of two or more.
  public let sharedStorages: [[String]]

  /// The values by name.
  public var tensorsByName: [String: TensorData] {
    Dictionary(tensors.map { ($0.name, $0.tensor) }) { first, _ in first }
  }
}

/// Reads weights from safetensors files, PyTorch checkpoints and MXNet parameter files.
///
/// The content tells which it is.
public enum WeightFile {
  /// Where checkpoints that hold more than weights keep them, in the order they are tried.
  static let stateDictionaryKeys = ["state_dict", "model_state_dict", "model", "net", "weights"]

  /// Reads all weights of a file.
  ///
  /// A checkpoint may be a state dictionary or hold one under `state_dict`, `model_state_dict`,
  /// `model`, `net` or `weights`. If every name starts with `module.`, as `DataParallel` writes
  /// them, the prefix is removed.
  ///
  /// - Parameter path: A safetensors file, a checkpoint of PyTorch in the zip format or the one
  ///   before version 1.6, or a parameter file of MXNet.
  /// - Returns: Its tensors.
  /// - Throws: ``TensorFileError`` if it is damaged, unsafe or no weight file, `FileError` if it
  ///   cannot be read.
  public static func read(_ path: String) throws -> WeightFileContents {
    let file = try RandomAccessFile(path)
    let start = try file.read(0..<min(9, file.byteCount)) ?? Data()
    if start.count == 9, start[8] == UInt8(ascii: "{") {
      let tensors = try SafetensorsFile(file)
      return WeightFileContents(
        path: path, sha256: try file.sha256(),
        tensors: try tensors.names.map { ($0, try tensors.tensor(named: $0)) }, aliases: [],
        sharedStorages: [])
    }
    if start.starts(with: MXNetFile.magic) {
      let arrays = try MXNetFile(file)
      return WeightFileContents(
        path: path, sha256: try file.sha256(),
        tensors: try arrays.names.map { ($0, try arrays.tensor(named: $0)) }, aliases: [],
        sharedStorages: [])
    }
    guard start.starts(with: "PK\u{3}\u{4}".utf8) || start.first == 0x80 else {
      throw TensorFileError.unknownFormat(path: path)
    }
    return try reading(.checkpoint, at: path) {
      let checkpoint = try Checkpoint(file)
      let leaves = try stateDictionary(checkpoint.leaves, path: path)
      return try contents(leaves, of: checkpoint, in: file)
    }
  }

  /// Returns the tensors of the one dictionary that holds the weights.
  private static func stateDictionary(
    _ leaves: [Checkpoint.Leaf], path: String
  ) throws(TensorFileError) -> [Checkpoint.Leaf] {
    let parents = Dictionary(grouping: leaves) { Array($0.keys.dropLast()) }
    if let root = parents[[]], root.allSatisfy({ !$0.keys.isEmpty }) { return root }
    for key in stateDictionaryKeys {
      if let leaves = parents[[key]] { return leaves }
    }
    if parents.count == 1, let only = parents.first, !only.key.isEmpty { return only.value }
    let found = parents.keys.map { "'\($0.joined(separator: "/"))'" }.sorted()
    throw .unexpectedContent(
      path: path,
      found: found.isEmpty
        ? "no tensors" : "tensors under \(found.prefix(5).joined(separator: ", "))",
      expected: "a dictionary from names to tensors, or one under '\(stateDictionaryKeys[0])'")
  }

  private static func contents(
    _ leaves: [Checkpoint.Leaf], of checkpoint: Checkpoint, in file: RandomAccessFile
  ) throws -> WeightFileContents {
    let fullNames = leaves.map { $0.keys.last ?? "" }
    let hasPrefix = fullNames.allSatisfy { $0.hasPrefix("module.") }
    let names = hasPrefix ? fullNames.map { String($0.dropFirst(7)) } : fullNames
    guard Set(names).count == names.count else {
      throw Problem.damaged("two of its tensors have the same name")
    }
    let tensors = try checkpoint.tensors(leaves)
    let views = leaves.map(checkpoint.view(of:))
    return WeightFileContents(
      path: file.path, sha256: try file.sha256(),
      tensors: Array(zip(names, tensors)).map { (name: $0.0, tensor: $0.1) },
      aliases: groups(
        names, by: views.map { $0.map { Alias(storage: $0.storage, view: $0.view) } }),
      sharedStorages: groups(names, by: views.map { $0?.storage }))
  }

  private struct Alias: Hashable {
    let storage: String
    let view: StridedView
  }

  /// Groups names by a key, in order; groups of one are dropped.
  private static func groups<Key: Hashable>(_ names: [String], by keys: [Key?]) -> [[String]] {
    var order: [Key] = []
    var groups: [Key: [String]] = [:]
    for case (let name, let key?) in zip(names, keys) {
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(name)
    }
    return order.compactMap { groups[$0] }.filter { $0.count > 1 }
  }
}
