import Essentials
import Foundation

/// An MXNet parameter file opened for reading; arrays are read when they are asked for.
///
/// The published ImageNet weights of ResNet-38 are such a file. The whole table is checked on
/// opening: types, shapes, names, and that nothing follows them.
///
/// # Format
///
/// Little-endian: the number 0x112 and a reserved word, the count and the arrays, the count and the
/// names (`arg:` or `aux:` before each). An array is its shape, the device it was on, its type and
/// its elements; files of 2016 have 32-bit sizes, later ones a magic number and 64-bit sizes.
///
/// # Source
///
/// `apache/mxnet src/ndarray/ndarray.cc`, `NDArray::Save` and `NDArray::LegacyLoad`.
public struct MXNetFile: Sendable {
  /// Where the file lies.
  public let path: String
  /// The names of all arrays, in the file's order, with the prefix `arg:` or `aux:`.
  public let names: [String]

  private let file: RandomAccessFile
  private let entries: [String: Entry]

  /// The bytes that every file begins with.
  static let magic = Data([0x12, 0x01, 0, 0, 0, 0, 0, 0])

  struct Entry {
    let dtype: DType
    let shape: [Int]
    let range: Range<Int>
  }

  /// Opens a file and checks its table.
  ///
  /// - Parameter path: The file.
  /// - Throws: ``TensorFileError`` if it is no sound parameter file, or `FileError` if it cannot be
  ///   read.
  public init(contentsOf path: String) throws {
    try self.init(RandomAccessFile(path))
  }

  init(_ file: RandomAccessFile) throws {
    let (names, entries) = try reading(.mxnet, at: file.path) {
      var table = MXNetTable(file)
      return try table.read()
    }
    path = file.path
    self.file = file
    self.names = names
    self.entries = Dictionary(uniqueKeysWithValues: zip(names, entries))
  }

  /// Reads one array.
  ///
  /// - Parameter name: One of ``names``.
  /// - Returns: Its values.
  /// - Throws: ``TensorFileError/unknownTensor(path:name:known:)`` if there is no such array.
  public func tensor(named name: String) throws -> TensorData {
    guard let entry = entries[name] else {
      throw TensorFileError.unknownTensor(path: path, name: name, known: names)
    }
    guard let bytes = try file.read(entry.range) else {
      throw TensorFileError.damagedTensor(
        format: .mxnet, path: path, name: name, problem: "the file shrank while it was read")
    }
    return TensorData(dtype: entry.dtype, shape: entry.shape, bytes: bytes)
  }

  /// Reads all arrays.
  ///
  /// - Returns: The values by name.
  /// - Throws: ``TensorFileError`` or `FileError` if the file cannot be read.
  public func allTensors() throws -> [String: TensorData] {
    try Dictionary(uniqueKeysWithValues: names.map { ($0, try tensor(named: $0)) })
  }
}
