import Essentials
import Foundation

/// The safetensors format: a JSON table of names, types, shapes and offsets before the plain bytes.
///
/// # Source
///
/// `huggingface/safetensors` README, "Format"; the limits are those of its reader.
public enum Safetensors {
  /// The longest table that is read, in bytes.
  static let headerLimit = 100_000_000

  /// The name each element type has in the table.
  static let typeNames: [DType: String] = [
    .bool: "BOOL", .uint8: "U8", .int8: "I8", .uint16: "U16", .int16: "I16", .uint32: "U32",
    .int32: "I32", .uint64: "U64", .int64: "I64", .float16: "F16", .bfloat16: "BF16",
    .float32: "F32", .float64: "F64",
  ]

  /// The element type of each name.
  static let types = Dictionary(uniqueKeysWithValues: typeNames.map { ($1, $0) })

  /// Writes tensors to a file that appears whole or not at all.
  ///
  /// Wider element types come first and names are sorted within a type, so every tensor is aligned
  /// and equal tensors give equal files.
  ///
  /// - Parameters:
  ///   - tensors: Names and values.
  ///   - metadata: Free text about the file.
  ///   - path: Where the file appears.
  /// - Throws: ``TensorFileError/duplicateName(path:name:)`` if a name comes twice, or `FileError`
  ///   if the file cannot be written.
  public static func write(
    _ tensors: [(String, TensorData)], metadata: [String: String] = [:], to path: String
  ) throws {
    var names: Set<String> = []
    for (name, _) in tensors where name == "__metadata__" || !names.insert(name).inserted {
      throw TensorFileError.duplicateName(path: path, name: name)
    }
    try AtomicFile.write(encoded(tensors, metadata: metadata), to: path)
  }

  /// Returns the bytes of a file.
  private static func encoded(
    _ tensors: [(String, TensorData)], metadata: [String: String]
  ) -> Data {
    let sorted = tensors.sorted {
      ($1.1.dtype.byteCount, $0.0) < ($0.1.dtype.byteCount, $1.0)
    }
    var entries: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }
        .map { "\(JSONValue.quoted($0.key)):\(JSONValue.quoted($0.value))" }
      entries.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var offset = 0
    for (name, tensor) in sorted {
      let end = offset + tensor.bytes.count
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      entries.append(
        "\(JSONValue.quoted(name)):{\"dtype\":\"\(typeNames[tensor.dtype, default: ""])\","
          + "\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var header = Data("{\(entries.joined(separator: ","))}".utf8)
    header.append(Data(repeating: UInt8(ascii: " "), count: -header.count & 7))
    var data = Data(capacity: 8 + header.count + offset)
    withUnsafeBytes(of: UInt64(header.count).littleEndian) { data.append(contentsOf: $0) }
    data.append(header)
    for (_, tensor) in sorted { data.append(tensor.bytes) }
    return data
  }
}
