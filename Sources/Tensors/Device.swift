internal import CTorch

/// A place where tensors live and are computed with.
public enum Device: Hashable, Sendable, CustomStringConvertible {
  /// The processor and its memory.
  case cpu
  /// The NVIDIA GPU with this number, counted from 0.
  case cuda(Int)

  /// Parses `cpu`, `cuda` (the first GPU) or `cuda:N`.
  ///
  /// - Parameter name: The name, in lower case.
  /// - Throws: ``TensorError/unknownDevice(_:)`` for any other text.
  public init(_ name: String) throws {
    if name == "cpu" {
      self = .cpu
    } else if name == "cuda" {
      self = .cuda(0)
    } else if name.hasPrefix("cuda:"), let index = Int(name.dropFirst(5)), index >= 0 {
      self = .cuda(index)
    } else {
      throw TensorError.unknownDevice(name)
    }
  }

  /// The name that ``init(_:)`` parses.
  public var description: String {
    switch self {
    case .cpu: "cpu"
    case .cuda(let index): "cuda:\(index)"
    }
  }

  var isCUDA: Bool { self != .cpu }

  init(_ code: CTDevice) {
    self = code.is_cuda ? .cuda(Int(code.index)) : .cpu
  }

  /// The device's code, if this machine has it.
  func checkedCode() throws -> CTDevice {
    switch self {
    case .cpu: return CTDevice(is_cuda: false, index: -1)
    case .cuda(let index):
      let available = Int(ct_cuda_device_count())
      guard (0..<available).contains(index) else {
        throw TensorError.deviceUnavailable(self, available: available)
      }
      return CTDevice(is_cuda: true, index: Int32(index))
    }
  }
}
