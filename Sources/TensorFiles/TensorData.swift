public import Foundation

/// The type of a tensor's elements in memory and in files.
public enum DType: String, Sendable, CaseIterable, Codable {
  case bool, uint8, int8, uint16, int16, uint32, int32, uint64, int64
  case float16, bfloat16, float32, float64

  /// The number of bytes of one element.
  public var byteCount: Int {
    switch self {
    case .bool, .uint8, .int8: 1
    case .uint16, .int16, .float16, .bfloat16: 2
    case .uint32, .int32, .float32: 4
    case .uint64, .int64, .float64: 8
    }
  }
}

/// A tensor's values as plain bytes, which may cross threads and go to files.
///
/// # Shapes
///
/// - `bytes`: row-major, little-endian, `shape.reduce(1, *) * dtype.byteCount` of them; an empty
///   shape is a scalar.
public struct TensorData: Sendable, Equatable {
  /// The element type.
  public let dtype: DType
  /// The size of every axis, outermost first.
  public let shape: [Int]
  /// The elements.
  public let bytes: Data

  /// The number of elements.
  public var count: Int { shape.reduce(1, *) }

  /// Creates a tensor's values from their bytes.
  ///
  /// - Parameters:
  ///   - dtype: The element type.
  ///   - shape: The size of every axis, each at least 0.
  ///   - bytes: Row-major little-endian elements.
  public init(dtype: DType, shape: [Int], bytes: Data) {
    precondition(
      bytes.count == shape.reduce(1, *) * dtype.byteCount,
      "A \(dtype) tensor of shape \(shape) needs \(shape.reduce(1, *) * dtype.byteCount) bytes, "
        + "got \(bytes.count)")
    self.dtype = dtype
    self.shape = shape
    // Users index the bytes from 0, which a slice's bytes do not start at.
    self.bytes = bytes.startIndex == 0 ? bytes : Data(bytes)
  }

  /// Creates a tensor from values of a fixed-width type.
  ///
  /// - Parameters:
  ///   - values: The elements, row-major.
  ///   - dtype: The type that `Element` is.
  ///   - shape: The size of every axis.
  public init<Element>(_ values: [Element], dtype: DType, shape: [Int]) {
    precondition(
      MemoryLayout<Element>.size == dtype.byteCount,
      "\(Element.self) has \(MemoryLayout<Element>.size) bytes, \(dtype) has \(dtype.byteCount)")
    self.init(dtype: dtype, shape: shape, bytes: values.withUnsafeBytes { Data($0) })
  }

  /// Returns the elements as an array of the type that ``dtype`` stands for.
  ///
  /// - Parameter type: `Float` for `float32`, `Int64` for `int64`, and so on.
  /// - Returns: The elements, row-major.
  public func values<Element>(as type: Element.Type) -> [Element] {
    precondition(
      MemoryLayout<Element>.size == dtype.byteCount,
      "\(Element.self) has \(MemoryLayout<Element>.size) bytes, \(dtype) has \(dtype.byteCount)")
    return [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
      _ = bytes.copyBytes(to: UnsafeMutableRawBufferPointer(buffer))
      initialized = count
    }
  }

  /// Returns the elements converted to `Double`, whatever their type.
  public func doubles() -> [Double] {
    // Not `map(Double.init)`: for `UInt64` that would be `init(bitPattern:)`.
    switch dtype {
    case .bool, .uint8: values(as: UInt8.self).map { Double($0) }
    case .int8: values(as: Int8.self).map { Double($0) }
    case .uint16: values(as: UInt16.self).map { Double($0) }
    case .int16: values(as: Int16.self).map { Double($0) }
    case .uint32: values(as: UInt32.self).map { Double($0) }
    case .int32: values(as: Int32.self).map { Double($0) }
    case .uint64: values(as: UInt64.self).map { Double($0) }
    case .int64: values(as: Int64.self).map { Double($0) }
    case .float16: values(as: UInt16.self).map { Double(Float(halfBits: $0)) }
    case .bfloat16:
      values(as: UInt16.self).map { Double(Float(bitPattern: UInt32($0) << 16)) }
    case .float32: values(as: Float.self).map { Double($0) }
    case .float64: values(as: Double.self)
    }
  }

  /// Returns the elements converted to `Float`, whatever their type.
  public func floats() -> [Float] {
    dtype == .float32 ? values(as: Float.self) : doubles().map(Float.init)
  }

  /// Returns the elements converted to `Int`, whatever their type.
  ///
  /// - Returns: The elements, fractions cut off; what is no number of this size becomes the nearest
  ///   one, and NaN the smallest, which no class, position or size is.
  public func integers() -> [Int] {
    guard dtype != .int64 else { return values(as: Int64.self).map(Int.init) }
    return doubles().map {
      Int(exactly: $0.rounded(.towardZero)) ?? ($0 > 0 ? .max : .min)
    }
  }
}

extension Float {
  /// Creates the value of an IEEE 754 half-precision number, which `Float16` is not on every
  /// platform.
  init(halfBits bits: UInt16) {
    let sign: Float = bits >> 15 == 0 ? 1 : -1
    let exponent = Int(bits >> 10 & 31)
    let fraction = Float(bits & 1023)
    switch exponent {
    case 0: self = sign * fraction * 0x1p-24
    case 31: self = fraction == 0 ? sign * .infinity : .nan
    default:
      self =
        sign * (1 + fraction / 1024) * Float(sign: .plus, exponent: exponent - 15, significand: 1)
    }
  }
}
