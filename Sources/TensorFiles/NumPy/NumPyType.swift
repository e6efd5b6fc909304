import Foundation

/// The element type of a NumPy array.
struct NumPyType: Equatable {
  /// The type of plain elements, or nil for an array of Python objects.
  var dtype: DType?
  /// Whether the most significant byte of an element comes first.
  var isBigEndian = false

  private static let names: [String: DType] = [
    "b1": .bool, "u1": .uint8, "i1": .int8, "u2": .uint16, "i2": .int16, "u4": .uint32,
    "i4": .int32, "u8": .uint64, "i8": .int64, "f2": .float16, "f4": .float32, "f8": .float64,
  ]

  /// Creates the type that a description such as `<f4` or `|O` stands for.
  ///
  /// - Parameter description: Byte order, kind and width; the byte order may be absent.
  /// - Throws: ``Problem/unsupported(_:advice:)`` for texts, records and complex numbers.
  init(_ description: String) throws(Problem) {
    var name = description
    if let order = name.first, "<>|=".contains(order) {
      isBigEndian = order == ">"
      name.removeFirst()
    }
    if name == "O" || name == "O8" || name == "O4" { return }
    guard let dtype = NumPyType.names[name] else {
      throw .unsupported(
        "the element type '\(description)'", advice: "Convert it to float32 with NumPy's astype")
    }
    self.dtype = dtype
  }

  /// The description that a file's header carries for a plain type, or nil if NumPy has no such.
  ///
  /// - Parameter dtype: The element type.
  /// - Returns: For example `<f4`.
  static func description(of dtype: DType) -> String? {
    names.first { $0.value == dtype }.map { (dtype.byteCount == 1 ? "|" : "<") + $0.key }
  }

  /// Returns the values of an array of plain elements.
  ///
  /// - Parameters:
  ///   - bytes: The elements.
  ///   - shape: The size of every axis.
  ///   - isColumnMajor: Whether they are stored in Fortran's order.
  /// - Returns: The values, row-major and little-endian.
  /// - Throws: ``Problem/damaged(_:)`` if the bytes are too few or too many.
  func tensor(_ bytes: Data, shape: [Int], isColumnMajor: Bool) throws(Problem) -> TensorData {
    guard let dtype else { throw .damaged("an array of objects holds plain bytes") }
    guard shape.allSatisfy({ $0 >= 0 }), let byteCount = dtype.byteCount(ofShape: shape) else {
      throw .damaged("an array has the impossible shape \(shape)")
    }
    guard bytes.count == byteCount else {
      throw .damaged(
        "an array of shape \(shape) of \(dtype) needs \(byteCount) bytes, it has \(bytes.count)")
    }
    var elements = StridedView(shape: shape, isColumnMajor: isColumnMajor)
      .elements(of: bytes, width: dtype.byteCount)
    let width = dtype.byteCount
    if isBigEndian, width > 1 {
      elements.withUnsafeMutableBytes { buffer in
        for start in stride(from: 0, to: buffer.count, by: width) {
          buffer[start..<start + width].reverse()
        }
      }
    }
    return TensorData(dtype: dtype, shape: shape, bytes: elements)
  }
}
