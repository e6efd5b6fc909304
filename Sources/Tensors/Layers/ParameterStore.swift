internal import Essentials
public import TensorFiles

/// The parameters of a model, by name and in the order of their creation.
///
/// Layers are values that take their parameters from a ``ParameterPath`` of the store:
///
/// ```swift
/// let store = ParameterStore(seed: 1)
/// let conv = try Conv2D(store.root / "stem" / "conv", inChannels: 3, outChannels: 16, kernel: 3)
/// store["stem.conv.weight"]?.value.shape  // [16, 3, 3, 3]
/// ```
///
/// The first values of a parameter depend on the seed and its name only, not on the rest of the
/// model.
public final class ParameterStore {
  /// The seed of all first values.
  public let seed: UInt64
  /// Where the parameters are.
  public let device: Device
  /// All parameters, in the order of their creation.
  public private(set) var parameters: [Parameter] = []

  private var positions: [String: Int] = [:]

  /// Creates an empty store.
  ///
  /// - Parameters:
  ///   - seed: The seed of all first values.
  ///   - device: Where the parameters are created.
  public init(seed: UInt64, device: Device = .cpu) {
    self.seed = seed
    self.device = device
  }

  /// The path whose names have no prefix.
  public var root: ParameterPath { ParameterPath(store: self, name: "") }

  /// The parameter of this name, if there is one.
  ///
  /// - Parameter name: The full name.
  public subscript(name: String) -> Parameter? {
    positions[name].map { parameters[$0] }
  }

  /// Returns copies of all parameters, in the order of their creation.
  ///
  /// - Throws: ``TensorError`` if the device fails.
  public func stateDictionary() throws -> [(String, TensorData)] {
    try parameters.map { ($0.name, try $0.value.data()) }
  }

  /// Forgets all accumulated gradients.
  ///
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func zeroGradients() throws {
    for parameter in parameters { try parameter.zeroGradient() }
  }

  func insert(_ parameter: Parameter) throws {
    guard positions[parameter.name] == nil else {
      throw TensorError.duplicateParameter(name: parameter.name)
    }
    positions[parameter.name] = parameters.count
    parameters.append(parameter)
  }
}
