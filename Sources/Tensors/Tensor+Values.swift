internal import CTorch
internal import Foundation
public import TensorFiles

extension Tensor {
  /// Copies the elements out as plain bytes, which may cross threads and go to files.
  ///
  /// - Returns: The elements, row-major, with their type and shape.
  /// - Throws: ``TensorError`` if the device fails.
  public func data() throws -> TensorData {
    let dtype = dtype
    let byteCount = count * dtype.byteCount
    let start = UnsafeMutableRawPointer.allocate(
      byteCount: Swift.max(byteCount, 1), alignment: MemoryLayout<Double>.alignment)
    do {
      try copyOut(to: start, as: dtype)
    } catch {
      start.deallocate()
      throw error
    }
    // Only now: `Data` copies a few bytes into itself at once and releases the memory.
    let bytes = Data(
      bytesNoCopy: start, count: byteCount, deallocator: .custom { start, _ in start.deallocate() })
    return TensorData(dtype: dtype, shape: shape, bytes: bytes)
  }

  /// Copies the elements out, converted to `Float`.
  ///
  /// - Returns: The elements, row-major.
  /// - Throws: ``TensorError`` if the device fails.
  public func floats() throws -> [Float] {
    try values(of: Float.self, as: .float32)
  }

  /// Copies the elements out, converted to `Double`.
  ///
  /// - Returns: The elements, row-major.
  /// - Throws: ``TensorError`` if the device fails.
  public func doubles() throws -> [Double] {
    try values(of: Double.self, as: .float64)
  }

  /// Copies the elements out, converted to `Int`; fractions are cut off.
  ///
  /// - Returns: The elements, row-major.
  /// - Throws: ``TensorError`` if the device fails.
  public func integers() throws -> [Int] {
    try values(of: Int.self, as: .int64)
  }

  /// Copies the elements out, converted to `UInt8`.
  ///
  /// - Returns: The elements, row-major.
  /// - Throws: ``TensorError`` if the device fails.
  public func unsignedBytes() throws -> [UInt8] {
    try values(of: UInt8.self, as: .uint8)
  }

  /// Returns the value of a tensor with one element.
  ///
  /// - Returns: The element, converted.
  /// - Throws: ``TensorError`` if the tensor has more elements or none.
  public func item() throws -> Double {
    var value = 0.0
    try Tensor.run { ct_item(&value, pointer, $0) }
    withExtendedLifetime(handle) {}
    return value
  }

  private func values<Element>(of type: Element.Type, as dtype: DType) throws -> [Element] {
    let count = count
    return try [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
      if let start = buffer.baseAddress, count > 0 {
        try copyOut(to: UnsafeMutableRawPointer(start), as: dtype)
      }
      initialized = count
    }
  }

  private func copyOut(to start: UnsafeMutableRawPointer, as dtype: DType) throws {
    try Tensor.run("data") { ct_copy_out(start, dtype.code, pointer, $0) }
    withExtendedLifetime(handle) {}
  }
}
