import Essentials
import Foundation

/// A safetensors file opened for reading; tensors are read when they are asked for.
///
/// The whole table is checked on opening: types, shapes, and that the byte ranges cover the data
/// exactly once.
public struct SafetensorsFile: Sendable {
  /// Where the file lies.
  public let path: String
  /// The names of all tensors, sorted.
  public let names: [String]
  /// The free text about the file.
  public let metadata: [String: String]

  private let file: RandomAccessFile
  private let dataStart: Int
  private let entries: [String: Entry]

  private struct Entry {
    let dtype: DType
    let shape: [Int]
    let range: Range<Int>
  }

  /// Opens a file and checks its table.
  ///
  /// - Parameter path: The file.
  /// - Throws: ``TensorFileError`` if it is not a sound safetensors file, or `FileError` if it
  ///   cannot be read.
  public init(contentsOf path: String) throws { try self.init(RandomAccessFile(path)) }

  /// Checks the table of an open file.
  init(_ file: RandomAccessFile) throws {
    let path = file.path
    let header = try SafetensorsFile.header(of: file)
    let dataStart = 8 + header.count
    let table: [String: JSONValue]
    do {
      guard let object = try JSONParser.parse(header, depthLimit: 8).object else {
        throw SafetensorsFile.damaged(path, "its table is no JSON object")
      }
      table = object
    } catch let error as JSONError {
      throw SafetensorsFile.damaged(path, "its table is no valid JSON: \(error)")
    }
    self.metadata = try SafetensorsFile.metadata(table["__metadata__"], path: path)
    let entries = try table.filter { $0.key != "__metadata__" }.map { name, value in
      do throws(Problem) {
        return (name, try SafetensorsFile.entry(value))
      } catch {
        throw TensorFileError.damagedTensor(
          format: .safetensors, path: path, name: name, problem: error.text)
      }
    }
    let byRange = entries.sorted {
      ($0.1.range.lowerBound, $0.1.range.upperBound) < (
        $1.1.range.lowerBound, $1.1.range.upperBound
      )
    }
    var end = 0
    for (name, entry) in byRange {
      guard entry.range.lowerBound == end else {
        let fault = entry.range.lowerBound < end ? "overlap" : "leave a gap"
        throw TensorFileError.damagedTensor(
          format: .safetensors, path: path, name: name,
          problem: "its bytes start at \(entry.range.lowerBound) and \(fault), expected \(end)")
      }
      end = entry.range.upperBound
    }
    guard end == file.byteCount - dataStart else {
      throw SafetensorsFile.damaged(
        path, "it has \(file.byteCount - dataStart) bytes of data, its table describes \(end)")
    }
    self.path = path
    self.file = file
    self.dataStart = dataStart
    self.entries = Dictionary(uniqueKeysWithValues: entries)
    self.names = self.entries.keys.sorted()
  }

  /// Reads one tensor.
  ///
  /// - Parameter name: One of ``names``.
  /// - Returns: Its values.
  /// - Throws: ``TensorFileError/unknownTensor(path:name:known:)`` if there is no such tensor.
  public func tensor(named name: String) throws -> TensorData {
    guard let entry = entries[name] else {
      throw TensorFileError.unknownTensor(path: path, name: name, known: names)
    }
    let range = entry.range.lowerBound + dataStart..<entry.range.upperBound + dataStart
    guard let bytes = try file.read(range) else {
      throw TensorFileError.damagedTensor(
        format: .safetensors, path: path, name: name, problem: "the file shrank while it was read")
    }
    return TensorData(dtype: entry.dtype, shape: entry.shape, bytes: bytes)
  }

  /// Reads all tensors.
  ///
  /// - Returns: The values by name.
  /// - Throws: ``TensorFileError`` or `FileError` if the file cannot be read.
  public func allTensors() throws -> [String: TensorData] {
    try Dictionary(uniqueKeysWithValues: names.map { ($0, try tensor(named: $0)) })
  }

  // MARK: - Checks

  private struct Problem: Error { let text: String }

  private static func damaged(_ path: String, _ problem: String) -> TensorFileError {
    .damaged(format: .safetensors, path: path, problem: problem)
  }

  private static func header(of file: RandomAccessFile) throws -> Data {
    guard file.byteCount >= 8, let prefix = try file.read(0..<8) else {
      throw damaged(file.path, "it has \(file.byteCount) bytes, at least 8 were expected")
    }
    let count = prefix.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard count <= UInt64(file.byteCount - 8), count <= UInt64(Safetensors.headerLimit) else {
      throw damaged(
        file.path, "its table should have \(count) bytes, the file has \(file.byteCount)")
    }
    guard let header = try file.read(8..<8 + Int(count)) else {
      throw damaged(file.path, "the file shrank while it was read")
    }
    guard header.first == UInt8(ascii: "{") else {
      throw damaged(file.path, "its table does not start with '{'")
    }
    return header
  }

  private static func metadata(_ value: JSONValue?, path: String) throws -> [String: String] {
    guard let value else { return [:] }
    let strings = value.object?.compactMapValues(\.string)
    guard let strings, strings.count == value.object?.count else {
      throw damaged(path, "its '__metadata__' is no table of texts")
    }
    return strings
  }

  private static func entry(_ value: JSONValue) throws(Problem) -> Entry {
    guard let object = value.object else { throw Problem(text: "its entry is no JSON object") }
    for key in object.keys.sorted() where !["dtype", "shape", "data_offsets"].contains(key) {
      throw Problem(text: "its entry has an unknown field '\(key)'")
    }
    guard let typeName = value["dtype"].string else {
      throw Problem(text: "its 'dtype' is missing or no text")
    }
    guard let dtype = Safetensors.types[typeName] else {
      throw Problem(text: "its type '\(typeName)' is unknown")
    }
    guard let shape = value["shape"].integers, shape.allSatisfy({ $0 >= 0 }) else {
      throw Problem(text: "its 'shape' is no list of whole numbers from 0")
    }
    guard let offsets = value["data_offsets"].integers, offsets.count == 2,
      0 <= offsets[0], offsets[0] <= offsets[1]
    else { throw Problem(text: "its 'data_offsets' are no two whole numbers in order") }
    guard let byteCount = dtype.byteCount(ofShape: shape) else {
      throw Problem(text: "its shape \(shape) is too large")
    }
    guard offsets[1] - offsets[0] == byteCount else {
      throw Problem(
        text: "shape \(shape) of \(typeName) needs \(byteCount) bytes, "
          + "its offsets span \(offsets[1] - offsets[0])")
    }
    return Entry(dtype: dtype, shape: shape, range: offsets[0]..<offsets[1])
  }
}
