internal import CTorch
internal import Foundation
public import TensorFiles

// MARK: - From values

extension Tensor {
  /// Creates a `float32` tensor.
  ///
  /// - Parameters:
  ///   - values: The elements, row-major, as many as `shape` holds.
  ///   - shape: The size of every axis.
  ///   - device: Where the tensor goes.
  /// - Throws: ``TensorError`` if the device refuses it.
  public init(_ values: [Float], shape: [Int], on device: Device = .cpu) throws {
    try self.init(elements: values, dtype: .float32, shape: shape, on: device)
  }

  /// Creates a `float64` tensor.
  ///
  /// - Parameters:
  ///   - values: The elements, row-major, as many as `shape` holds.
  ///   - shape: The size of every axis.
  ///   - device: Where the tensor goes.
  /// - Throws: ``TensorError`` if the device refuses it.
  public init(_ values: [Double], shape: [Int], on device: Device = .cpu) throws {
    try self.init(elements: values, dtype: .float64, shape: shape, on: device)
  }

  /// Creates an `int64` tensor.
  ///
  /// - Parameters:
  ///   - values: The elements, row-major, as many as `shape` holds.
  ///   - shape: The size of every axis.
  ///   - device: Where the tensor goes.
  /// - Throws: ``TensorError`` if the device refuses it.
  public init(_ values: [Int64], shape: [Int], on device: Device = .cpu) throws {
    try self.init(elements: values, dtype: .int64, shape: shape, on: device)
  }

  /// Creates a `uint8` tensor.
  ///
  /// - Parameters:
  ///   - values: The elements, row-major, as many as `shape` holds.
  ///   - shape: The size of every axis.
  ///   - device: Where the tensor goes.
  /// - Throws: ``TensorError`` if the device refuses it.
  public init(_ values: [UInt8], shape: [Int], on device: Device = .cpu) throws {
    try self.init(elements: values, dtype: .uint8, shape: shape, on: device)
  }

  /// Creates a tensor from plain bytes.
  ///
  /// - Parameters:
  ///   - data: The elements, their type and their shape.
  ///   - device: Where the tensor goes.
  /// - Throws: ``TensorError/unsupportedType(_:)`` for unsigned integers wider than a byte.
  public init(_ data: TensorData, on device: Device = .cpu) throws {
    self = try data.bytes.withUnsafeBytes {
      try Tensor.copying($0, dtype: data.dtype, shape: data.shape, on: device)
    }
  }

  private init<Element>(
    elements: [Element], dtype: DType, shape: [Int], on device: Device
  ) throws {
    precondition(
      elements.count == shape.reduce(1, *),
      "A tensor of shape \(shape) needs \(shape.reduce(1, *)) values, got \(elements.count)")
    self = try elements.withUnsafeBytes {
      try Tensor.copying($0, dtype: dtype, shape: shape, on: device)
    }
  }

  private static func copying(
    _ bytes: UnsafeRawBufferPointer, dtype: DType, shape: [Int], on device: Device
  ) throws -> Tensor {
    let code = try dtype.supportedCode()
    let target = try device.checkedCode()
    // An empty buffer has no address; libtorch reads nothing from this one.
    var nothing: UInt8 = 0
    return try withUnsafePointer(to: &nothing) { nothing in
      let start = bytes.baseAddress ?? UnsafeRawPointer(nothing)
      return try shape.withShape { shape in
        try make("init") { ct_from_bytes($0, start, code, shape, target, $1) }
      }
    }
  }
}

// MARK: - Constants

extension Tensor {
  /// Returns a tensor of zeros.
  ///
  /// - Parameters:
  ///   - shape: The size of every axis.
  ///   - dtype: The type of the elements.
  ///   - device: Where the tensor goes.
  /// - Returns: The tensor.
  /// - Throws: ``TensorError`` if the device refuses it.
  public static func zeros(
    _ shape: [Int], dtype: DType = .float32, on device: Device = .cpu
  ) throws -> Tensor {
    try full(shape, value: 0, dtype: dtype, on: device)
  }

  /// Returns a tensor of ones.
  ///
  /// - Parameters:
  ///   - shape: The size of every axis.
  ///   - dtype: The type of the elements.
  ///   - device: Where the tensor goes.
  /// - Returns: The tensor.
  /// - Throws: ``TensorError`` if the device refuses it.
  public static func ones(
    _ shape: [Int], dtype: DType = .float32, on device: Device = .cpu
  ) throws -> Tensor {
    try full(shape, value: 1, dtype: dtype, on: device)
  }

  /// Returns a tensor whose elements are all the same.
  ///
  /// - Parameters:
  ///   - shape: The size of every axis.
  ///   - value: The value of every element.
  ///   - dtype: The type of the elements.
  ///   - device: Where the tensor goes.
  /// - Returns: The tensor.
  /// - Throws: ``TensorError`` if the device refuses it.
  public static func full(
    _ shape: [Int], value: Double, dtype: DType = .float32, on device: Device = .cpu
  ) throws -> Tensor {
    let code = try dtype.supportedCode()
    let target = try device.checkedCode()
    return try shape.withShape { shape in
      try make { ct_full($0, shape, value, code, target, $1) }
    }
  }

  /// Returns the numbers `0 ..< count` in order.
  ///
  /// - Parameters:
  ///   - count: How many numbers, at least 0.
  ///   - dtype: The type of the elements.
  ///   - device: Where the tensor goes.
  /// - Returns: A tensor `[count]`.
  /// - Throws: ``TensorError`` if the device refuses it.
  public static func arange(
    _ count: Int, dtype: DType = .int64, on device: Device = .cpu
  ) throws -> Tensor {
    let code = try dtype.supportedCode()
    let target = try device.checkedCode()
    return try make { ct_arange($0, count, code, target, $1) }
  }
}

// MARK: - Random numbers

extension Tensor {
  /// Returns `float32` numbers drawn from a normal distribution.
  ///
  /// The numbers depend only on the arguments: they are drawn on the CPU from a generator of their
  /// own, whatever the device.
  ///
  /// - Parameters:
  ///   - shape: The size of every axis.
  ///   - mean: The distribution's mean.
  ///   - standardDeviation: The distribution's standard deviation, at least 0.
  ///   - seed: The seed of the generator.
  ///   - device: Where the tensor goes.
  /// - Returns: The numbers, a tensor of `shape`.
  /// - Throws: ``TensorError`` if the device refuses it.
  public static func normal(
    _ shape: [Int], mean: Double = 0, standardDeviation: Double = 1, seed: UInt64,
    on device: Device = .cpu
  ) throws -> Tensor {
    let target = try device.checkedCode()
    return try shape.withShape { shape in
      try make { ct_normal($0, shape, mean, standardDeviation, seed, target, $1) }
    }
  }

  /// Returns `float32` numbers drawn uniformly from an interval.
  ///
  /// The numbers depend only on the arguments: they are drawn on the CPU from a generator of their
  /// own, whatever the device.
  ///
  /// - Parameters:
  ///   - shape: The size of every axis.
  ///   - range: The interval.
  ///   - seed: The seed of the generator.
  ///   - device: Where the tensor goes.
  /// - Returns: The numbers, a tensor of `shape`.
  /// - Throws: ``TensorError`` if the device refuses it.
  public static func uniform(
    _ shape: [Int], in range: ClosedRange<Double>, seed: UInt64, on device: Device = .cpu
  ) throws -> Tensor {
    let target = try device.checkedCode()
    return try shape.withShape { shape in
      try make { ct_uniform($0, shape, range.lowerBound, range.upperBound, seed, target, $1) }
    }
  }
}
