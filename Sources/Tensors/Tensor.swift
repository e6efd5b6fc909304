internal import CTorch
public import TensorFiles

/// A multi-dimensional array of numbers on a device, backed by libtorch.
///
/// A tensor is a reference: copies share their elements, and so do the views that `reshaped`,
/// `permuted`, subscripts and the like return. Operations record themselves for ``backward()``
/// when an operand requires gradients, except inside ``withoutGradient(_:)``. Shapes and types are
/// checked by libtorch, whose refusals arrive as ``TensorError``.
///
/// Axes count from 0; negative axes count from the end. Images and feature maps are
/// `[batch, channels, height, width]`.
///
/// Tensors stay on the thread that computes with them (gradient recording and mixed precision are
/// states of a thread, and libtorch keeps a worker team for each calling thread), so `Tensor` is
/// not `Sendable`: hand ``data()`` to other threads.
public struct Tensor {
  let handle: TensorHandle

  init(_ handle: TensorHandle) {
    self.handle = handle
  }

  /// The number of axes; 0 for a scalar.
  public var rank: Int {
    withExtendedLifetime(handle) { ct_rank(handle.pointer) }
  }

  /// The number of elements.
  public var count: Int {
    withExtendedLifetime(handle) { ct_count(handle.pointer) }
  }

  /// The size of every axis.
  public var shape: [Int] {
    withExtendedLifetime(handle) {
      let rank = ct_rank(handle.pointer)
      return [Int](unsafeUninitializedCapacity: rank) { sizes, initialized in
        for axis in 0..<rank { sizes[axis] = ct_size(handle.pointer, axis) }
        initialized = rank
      }
    }
  }

  /// Returns the size of one axis, without making an array of all of them.
  ///
  /// - Parameter axis: An axis in `-rank ..< rank`.
  /// - Returns: The size of that axis.
  public func size(of axis: Int) -> Int {
    let rank = rank
    precondition(
      (-rank..<rank).contains(axis), "Axis \(axis) of a tensor with \(rank) axes does not exist")
    return withExtendedLifetime(handle) {
      ct_size(handle.pointer, axis < 0 ? axis + rank : axis)
    }
  }

  /// The type of the elements.
  public var dtype: DType {
    withExtendedLifetime(handle) { DType(ct_dtype(handle.pointer)) }
  }

  /// Where the elements are.
  public var device: Device {
    withExtendedLifetime(handle) { Device(ct_device(handle.pointer)) }
  }

  /// Whether the elements lie row-major without gaps.
  public var isContiguous: Bool {
    withExtendedLifetime(handle) { ct_is_contiguous(handle.pointer) }
  }
}

// MARK: - CustomStringConvertible

extension Tensor: CustomStringConvertible {
  /// The shape, the type and the device, for example `float32[2, 3] on cpu`.
  public var description: String { "\(dtype)\(shape) on \(device)" }
}

// MARK: - Types

extension DType {
  var code: CTType {
    switch self {
    case .bool: CT_BOOL
    case .uint8: CT_UINT8
    case .int8: CT_INT8
    case .uint16: CT_UINT16
    case .int16: CT_INT16
    case .uint32: CT_UINT32
    case .int32: CT_INT32
    case .uint64: CT_UINT64
    case .int64: CT_INT64
    case .float16: CT_FLOAT16
    case .bfloat16: CT_BFLOAT16
    case .float32: CT_FLOAT32
    case .float64: CT_FLOAT64
    }
  }

  /// The type's code, if libtorch computes with it.
  func supportedCode() throws -> CTType {
    switch self {
    case .uint16, .uint32, .uint64: throw TensorError.unsupportedType(self)
    default: code
    }
  }

  init(_ code: CTType) {
    switch code {
    case CT_BOOL: self = .bool
    case CT_UINT8: self = .uint8
    case CT_INT8: self = .int8
    case CT_INT16: self = .int16
    case CT_INT32: self = .int32
    case CT_INT64: self = .int64
    case CT_FLOAT16: self = .float16
    case CT_BFLOAT16: self = .bfloat16
    case CT_FLOAT32: self = .float32
    case CT_FLOAT64: self = .float64
    default: preconditionFailure("No operation of this module makes a tensor of type \(code)")
    }
  }
}
