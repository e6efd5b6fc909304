import Essentials
import Foundation

/// NumPy's `.npy` files: plain arrays, and the pickled dictionaries that WSSS code keeps in them.
///
/// Plain arrays may have either byte order and either memory order, versions 1 to 3. Pickles are
/// read by an interpreter that knows arrays, tensors and containers only and calls nothing.
public enum NumPyFile {
  /// Reads a plain array.
  ///
  /// - Parameter path: The file.
  /// - Returns: Its values, row-major.
  /// - Throws: ``TensorFileError`` if it is damaged or holds Python objects, `FileError` if it
  ///   cannot be read.
  public static func read(_ path: String) throws -> TensorData {
    try reading(.numpy, at: path) {
      var cursor = ByteCursor(try AtomicFile.read(path))
      let header = try NumPyHeader(&cursor)
      guard header.type.dtype != nil else {
        throw TensorFileError.unexpectedContent(
          path: path, found: "Python objects", expected: "an array of numbers")
      }
      return try header.type.tensor(
        cursor.bytes(cursor.remaining), shape: header.shape, isColumnMajor: header.isColumnMajor)
    }
  }

  /// Reads a pickled dictionary of arrays, as `numpy.save(path, dictionary)` writes it.
  ///
  /// IRN keeps its CAMs so (`keys`, `cam`, `high_res`), SEAM and PSA under the class's number.
  ///
  /// - Parameter path: The file.
  /// - Returns: Names and arrays in the file's order; a whole number as a name is written in
  ///   decimal.
  /// - Throws: ``TensorFileError`` if it is damaged, unsafe or something else, `FileError` if it
  ///   cannot be read.
  public static func readDictionary(_ path: String) throws -> [(name: String, tensor: TensorData)] {
    try dictionary(path).map { key, tensor in
      switch key {
      case .name(let name): (name, tensor)
      case .number(let number): (String(number), tensor)
      }
    }
  }

  /// A key of a pickled dictionary.
  enum Key: Hashable {
    case name(String)
    case number(Int)
  }

  /// Reads a pickled dictionary of arrays with its keys as they are.
  static func dictionary(_ path: String) throws -> [(key: Key, tensor: TensorData)] {
    try reading(.numpy, at: path) {
      let file = try AtomicFile.read(path)
      var cursor = ByteCursor(file)
      let header = try NumPyHeader(&cursor)
      guard header.type.dtype == nil else {
        throw TensorFileError.unexpectedContent(
          path: path, found: "an array of numbers", expected: "a pickled dictionary")
      }
      var unpickler = Unpickler(loadsEmbeddedStorages: true)
      let root = try unpickler.read(&cursor)
      guard cursor.remaining == 0 else {
        throw Problem.damaged("\(cursor.remaining) bytes follow its pickle")
      }
      let heap = unpickler.heap
      guard case .array(let array) = root, case .objects(let list) = heap.arrays[array].content,
        heap.lists[list].count == 1, case .dictionary(let dictionary) = heap.lists[list][0]
      else {
        throw TensorFileError.unexpectedContent(
          path: path, found: "Python objects", expected: "one pickled dictionary")
      }
      var keys: Set<Key> = []
      var budget = TensorBudget(fileByteCount: file.count)
      return try heap.dictionaries[dictionary].map { pair in
        guard let key = Key(pair.key), keys.insert(key).inserted else {
          throw Problem.damaged("a key of its dictionary is no name or number, or comes twice")
        }
        return (key, try budget.charged(heap.tensor(pair.value)))
      }
    }
  }

  /// Writes a plain array that appears whole or not at all.
  ///
  /// - Parameters:
  ///   - tensor: The values; `bfloat16` is unknown to NumPy.
  ///   - path: Where the file appears.
  /// - Throws: ``TensorFileError/unsupported(format:path:feature:advice:)`` for `bfloat16`,
  ///   `FileError` if the file cannot be written.
  public static func write(_ tensor: TensorData, to path: String) throws {
    guard let description = NumPyType.description(of: tensor.dtype) else {
      throw TensorFileError.unsupported(
        format: .numpy, path: path, feature: "the element type '\(tensor.dtype)'",
        advice: "Convert it to float32 first")
    }
    let sizes = tensor.shape.map { "\($0)," }.joined(separator: " ")
    var header = "{'descr': '\(description)', 'fortran_order': False, 'shape': (\(sizes)), }"
    // Magic text, version and length are 10 bytes; the data starts at a multiple of 64.
    header += String(repeating: " ", count: -(10 + header.utf8.count + 1) & 63) + "\n"
    var data = NumPyHeader.magic + [1, 0]
    withUnsafeBytes(of: UInt16(header.utf8.count).littleEndian) { data.append(contentsOf: $0) }
    data.append(contentsOf: header.utf8)
    data.append(tensor.bytes)
    try AtomicFile.write(data, to: path)
  }
}

extension NumPyFile.Key {
  fileprivate init?(_ value: PickleValue) {
    if case .integer(let number) = value {
      self = .number(number)
    } else if let name = value.text {
      self = .name(name)
    } else {
      return nil
    }
  }
}
