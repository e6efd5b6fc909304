import Essentials
import Foundation

/// Pickled dictionaries from texts to NumPy arrays, such as SEC's `localization_cues.pickle`.
public enum PickledArrays {
  /// Reads a dictionary of arrays.
  ///
  /// - Parameter path: A pickle of any protocol, written by Python 2 or 3.
  /// - Returns: The arrays by key.
  /// - Throws: ``TensorFileError`` if the file is damaged, unsafe or something else, `FileError` if
  ///   it cannot be read.
  public static func read(_ path: String) throws -> [String: TensorData] {
    let bytes = try AtomicFile.read(path)
    guard !bytes.starts(with: [0x1F, 0x8B]) else {
      throw TensorFileError.unsupported(
        format: .pickle, path: path, feature: "gzip compression",
        advice: "Decompress it with gunzip")
    }
    return try reading(.pickle, at: path) {
      var cursor = ByteCursor(bytes)
      var unpickler = Unpickler(loadsEmbeddedStorages: false)
      guard case .dictionary(let index) = try unpickler.read(&cursor) else {
        throw Problem.damaged("it holds no dictionary")
      }
      var arrays: [String: TensorData] = [:]
      var budget = TensorBudget(fileByteCount: bytes.count)
      for (key, value) in unpickler.heap.dictionaries[index] {
        guard let name = key.text else { throw Problem.damaged("it has a key that is no text") }
        arrays[name] = try budget.charged(unpickler.heap.tensor(value))
      }
      return arrays
    }
  }

  /// Writes a dictionary of `int64` arrays in protocol 2, which Python 2 and 3 read.
  ///
  /// - Parameters:
  ///   - arrays: The arrays in the order of the file; keys are all different.
  ///   - path: The file, written whole or not at all.
  /// - Throws: ``TensorFileError/duplicateName(path:name:)`` if two keys are equal, `FileError` if it
  ///   cannot be written.
  public static func write(
    _ arrays: [(name: String, values: [Int64], shape: [Int])], to path: String
  ) throws {
    var names: Set<String> = []
    for array in arrays where !names.insert(array.name).inserted {
      throw TensorFileError.duplicateName(path: path, name: array.name)
    }
    try AtomicFile.write(PickleWriter.dictionary(arrays), to: path)
  }
}

/// Writes the instructions of pickle protocol 2.
private struct PickleWriter {
  private var bytes = Data([0x80, 2])

  static func dictionary(
    _ arrays: [(name: String, values: [Int64], shape: [Int])]
  ) -> Data {
    var writer = PickleWriter()
    writer.opcode("}")
    // One batch of items for each array keeps the readers' stacks short.
    for array in arrays {
      writer.text(array.name)
      writer.array(array.values, shape: array.shape)
      writer.opcode("s")
    }
    writer.opcode(".")
    return writer.bytes
  }

  private mutating func opcode(_ character: Character) {
    bytes.append(contentsOf: character.utf8)
  }

  private mutating func global(_ module: String, _ name: String) {
    bytes.append(contentsOf: "c\(module)\n\(name)\n".utf8)
  }

  private mutating func text(_ text: String) {
    opcode("X")
    integer32(text.utf8.count)
    bytes.append(contentsOf: text.utf8)
  }

  private mutating func integer32(_ value: Int) {
    withUnsafeBytes(of: Int32(truncatingIfNeeded: value).littleEndian) {
      bytes.append(contentsOf: $0)
    }
  }

  private mutating func integer(_ value: Int) {
    opcode("J")
    integer32(value)
  }

  private mutating func tuple(_ values: [Int]) {
    opcode("(")
    for value in values { integer(value) }
    opcode("t")
  }

  /// A byte string, which Python 2 and 3 both make of this call.
  private mutating func byteString(_ data: Data) {
    global("_codecs", "encode")
    opcode("(")
    text(String(String.UnicodeScalarView(data.map { Unicode.Scalar($0) })))
    text("latin1")
    opcode("t")
    opcode("R")
  }

  /// An array as NumPy reduces it: an empty one, and its state.
  private mutating func array(_ values: [Int64], shape: [Int]) {
    global("numpy.core.multiarray", "_reconstruct")
    opcode("(")
    global("numpy", "ndarray")
    tuple([0])
    byteString(Data("b".utf8))
    opcode("t")
    opcode("R")

    opcode("(")
    integer(1)
    tuple(shape)
    global("numpy", "dtype")
    opcode("(")
    text("i8")
    integer(0)
    integer(1)
    opcode("t")
    opcode("R")
    opcode("(")
    integer(3)
    text("<")
    opcode("N")
    opcode("N")
    opcode("N")
    integer(-1)
    integer(-1)
    integer(0)
    opcode("t")
    opcode("b")
    // Row-major.
    bytes.append(0x89)
    byteString(values.withUnsafeBytes { Data($0) })
    opcode("t")
    opcode("b")
  }
}
