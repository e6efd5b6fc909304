internal import CTorch
public import TensorFiles

/// Something that could not be done with tensors, their files or their devices.
public enum TensorError: Error, Equatable, CustomStringConvertible, Sendable {
  /// libtorch refused an operation; the message is the first line of its own.
  case operationFailed(operation: String, message: String)
  /// libtorch does not compute with this type of element.
  case unsupportedType(DType)
  /// Two values of one parameter have different shapes.
  case shapeMismatch(name: String, found: [Int], expected: [Int])
  /// An optimizer's state names a parameter that the optimizer does not train.
  case unknownParameter(name: String)
  /// Two tensors of a weight file stand for one parameter, with different values.
  case conflictingTensors(name: String, first: String, second: String)
  /// A device's name was not understood.
  case unknownDevice(String)
  /// The device exists in name only on this machine.
  case deviceUnavailable(Device, available: Int)
  /// Two parameters were given the same name.
  case duplicateParameter(name: String)

  /// What was found, what was expected, and what to do next.
  public var description: String {
    switch self {
    case .operationFailed(let operation, let message):
      "The tensor operation '\(operation)' failed: \(message)."
    case .unsupportedType(let dtype):
      "libtorch does not compute with elements of type \(dtype). Convert them to int64 first."
    case .shapeMismatch(let name, let found, let expected):
      "Tensor '\(name)' has shape \(found), but this model needs \(expected). "
        + "Load weights of the same architecture and number of classes, or leave this tensor out."
    case .unknownParameter(let name):
      "The optimizer's state has an entry for '\(name)', which this optimizer does not train. "
        + "Resume with the model and settings the state was saved with."
    case .conflictingTensors(let name, let first, let second):
      "Tensors '\(first)' and '\(second)' are both meant for '\(name)', but differ. "
        + "Leave one of them out."
    case .unknownDevice(let name):
      "Unknown device '\(name)'. Expected cpu, cuda, or cuda:N with N the number of a GPU."
    case .deviceUnavailable(let device, let available):
      "Device '\(device)' is not available: libtorch \(Runtime.libtorchVersion) sees "
        + "\(available) CUDA devices. Use cpu, or build with LIBTORCH set to a CUDA build and "
        + "LIBTORCH_CUDA=1."
    case .duplicateParameter(let name):
      "Parameter '\(name)' exists already. Give every layer a path of its own."
    }
  }

  /// Takes over the shim's text of a failed call.
  init(taking text: UnsafeMutablePointer<CChar>?, operation: StaticString) {
    var message = text.map { String(cString: $0) } ?? "no reason was given"
    ct_free_string(text)
    while message.hasSuffix(".") { message.removeLast() }
    let name = operation.description.prefix { $0 != "(" }
    self = .operationFailed(operation: String(name), message: message)
  }
}
