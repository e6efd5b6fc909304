internal import CTorch

/// The owner of one libtorch tensor.
final class TensorHandle {
  let pointer: OpaquePointer

  init(_ pointer: OpaquePointer) {
    self.pointer = pointer
  }

  deinit {
    ct_free_tensor(pointer)
  }
}

// MARK: - Calling the shim

// Every call goes through these functions: they own what comes back, they turn a status into an
// error, and they keep the operands alive until libtorch returns. The name of the operation costs
// nothing until something fails.

extension Tensor {
  typealias Result = UnsafeMutablePointer<OpaquePointer?>
  typealias Failure = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

  @inline(__always)
  var pointer: OpaquePointer { handle.pointer }

  /// Calls a function without operands that makes a tensor.
  @inline(__always)
  static func make(
    _ operation: StaticString = #function, _ function: (Result, Failure) -> Int32
  ) throws -> Tensor {
    var result: OpaquePointer?
    var failure: UnsafeMutablePointer<CChar>?
    guard function(&result, &failure) == 0, let result else {
      throw TensorError(taking: failure, operation: operation)
    }
    return Tensor(TensorHandle(result))
  }

  /// Calls a function of one tensor.
  @inline(__always)
  static func make(
    _ a: Tensor, operation: StaticString = #function,
    _ function: (Result, OpaquePointer, Failure) -> Int32
  ) throws -> Tensor {
    defer { withExtendedLifetime(a) {} }
    return try make(operation) { function($0, a.pointer, $1) }
  }

  /// Calls a function of two tensors.
  @inline(__always)
  static func make(
    _ a: Tensor, _ b: Tensor, operation: StaticString = #function,
    _ function: (Result, OpaquePointer, OpaquePointer, Failure) -> Int32
  ) throws -> Tensor {
    defer { withExtendedLifetime((a, b)) {} }
    return try make(operation) { function($0, a.pointer, b.pointer, $1) }
  }

  /// Calls a function of two tensors and one that may be missing.
  @inline(__always)
  static func make(
    _ a: Tensor, _ b: Tensor, _ c: Tensor?, operation: StaticString = #function,
    _ function: (Result, OpaquePointer, OpaquePointer, OpaquePointer?, Failure) -> Int32
  ) throws -> Tensor {
    defer { withExtendedLifetime((a, b, c)) {} }
    return try make(operation) { function($0, a.pointer, b.pointer, c?.pointer, $1) }
  }

  /// Calls a function of a tensor that makes two, such as values and their indices.
  @inline(__always)
  static func makeTwo(
    _ a: Tensor, operation: StaticString = #function,
    _ function: (Result, Result, OpaquePointer, Failure) -> Int32
  ) throws -> (values: Tensor, indices: Tensor) {
    defer { withExtendedLifetime(a) {} }
    var indices: OpaquePointer?
    let values = try make(operation) { function($0, &indices, a.pointer, $1) }
    guard let indices else { throw TensorError(taking: nil, operation: operation) }
    return (values, Tensor(TensorHandle(indices)))
  }

  /// Calls a function that makes no tensor.
  @inline(__always)
  static func run(
    _ operation: StaticString = #function, _ function: (Failure) -> Int32
  ) throws {
    var failure: UnsafeMutablePointer<CChar>?
    guard function(&failure) == 0 else {
      throw TensorError(taking: failure, operation: operation)
    }
  }
}

extension [Int] {
  /// Calls `body` with the sizes or axes as the shim takes them, without copying.
  @inline(__always)
  func withShape<R>(_ body: (CTShape) throws -> R) rethrows -> R {
    try withUnsafeBufferPointer { try body(CTShape(sizes: $0.baseAddress, rank: count)) }
  }
}
