public import Foundation

/// The instructions of a pickle of protocol 2, one method for each kind of value.
///
/// ``raw(_:)`` takes instructions below 0x80 only: their UTF-8 is one byte.
public struct PickleBuilder {
  /// The bytes so far.
  public private(set) var data = Data([0x80, 2])

  /// Begins a pickle.
  public init() {}

  /// Instructions as text, below 0x80 only.
  public mutating func raw(_ text: String) { data.append(contentsOf: text.utf8) }
  /// Instructions as bytes.
  public mutating func append(_ bytes: Data) { data.append(bytes) }

  /// The finished pickle.
  public mutating func end() -> Data {
    raw(".")
    return data
  }

  /// A Unicode string.
  public mutating func text(_ text: String) {
    raw("X")
    data.append(number(UInt32(text.utf8.count)) + Data(text.utf8))
  }

  /// A whole number of 32 bits.
  public mutating func integer(_ value: Int) {
    raw("J")
    data.append(number(Int32(value)))
  }

  /// A tuple of whole numbers.
  public mutating func tuple(_ values: [Int]) {
    raw("(")
    values.forEach { integer($0) }
    raw("t")
  }

  /// A Python name.
  public mutating func global(_ module: String, _ name: String) { raw("c\(module)\n\(name)\n") }

  /// A persistent storage of PyTorch's zip format.
  public mutating func storage(_ type: String, key: String, count: Int) {
    raw("(")
    text("storage")
    global("torch", "\(type)Storage")
    text(key)
    text("cpu")
    integer(count)
    raw("tQ")
  }

  /// A PyTorch tensor that is a view of a storage.
  public mutating func tensor(
    _ type: String = "Float", key: String = "0", count: Int, offset: Int = 0, shape: [Int],
    strides: [Int]
  ) {
    global("torch._utils", "_rebuild_tensor_v2")
    raw("(")
    storage(type, key: key, count: count)
    integer(offset)
    tuple(shape)
    tuple(strides)
    raw("I00\n}tR")
  }

  /// A state dictionary of the tensors that `body` makes, each after its name.
  public static func stateDictionary(_ body: (inout PickleBuilder) -> Void) -> Data {
    var pickle = PickleBuilder()
    pickle.raw("}(")
    body(&pickle)
    pickle.raw("u")
    return pickle.end()
  }
}

// MARK: - NumPy

extension PickleBuilder {
  /// A NumPy array of `float32`.
  ///
  /// - Parameters:
  ///   - values: The elements, row-major.
  ///   - shape: The size of every axis; nil for one axis.
  public mutating func array(_ values: [Float], shape: [Int]? = nil) {
    array("f4", shape: shape ?? [values.count], values.withUnsafeBytes { Data($0) })
  }

  /// A NumPy array of `int64` with one axis.
  ///
  /// - Parameter values: The elements.
  public mutating func array(_ values: [Int]) {
    array("i8", shape: [values.count], values.withUnsafeBytes { Data($0) })
  }

  private mutating func array(_ type: String, shape: [Int], _ bytes: Data) {
    emptyArray()
    raw("(")
    integer(1)
    tuple(shape)
    global("numpy", "dtype")
    raw("U\u{2}\(type)")
    append(Data([0x85]))
    raw("RI00\nT")
    append(number(UInt32(bytes.count)) + bytes)
    raw("tb")
  }

  /// A NumPy array that has nothing yet.
  public mutating func emptyArray() {
    global("numpy.core.multiarray", "_reconstruct")
    global("numpy", "ndarray")
    raw("I0\n")
    append(Data([0x85]))
    raw("U\u{1}b")
    append(Data([0x87]))
    raw("R")
  }

  /// A `.npy` file of a pickled dictionary, as `numpy.save(path, dictionary)` writes it.
  ///
  /// - Parameter items: Makes the keys and values, each key before its value.
  /// - Returns: The file's bytes.
  public static func numPyDictionary(_ items: (inout PickleBuilder) -> Void) -> Data {
    var pickle = PickleBuilder()
    pickle.emptyArray()
    pickle.raw("(")
    pickle.integer(1)
    pickle.raw(")")
    pickle.global("numpy", "dtype")
    pickle.raw("U\u{2}O8")
    pickle.append(Data([0x85]))
    pickle.raw("RI00\n]}(")
    items(&pickle)
    pickle.raw("uatb")
    let header = "{'descr': '|O', 'fortran_order': False, 'shape': (), }"
    return Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0]) + number(UInt16(header.utf8.count))
      + Data(header.utf8) + pickle.end()
  }
}

/// A number's little-endian bytes.
public func number(_ value: some FixedWidthInteger) -> Data {
  withUnsafeBytes(of: value.littleEndian) { Data($0) }
}
