internal import Essentials

/// A place in a ``ParameterStore``: the prefix of the names of a layer's parameters.
public struct ParameterPath {
  /// The store.
  public let store: ParameterStore
  /// The prefix, without its final dot; empty at the root.
  public let name: String

  /// Returns the path one level down.
  ///
  /// - Parameters:
  ///   - path: A path.
  ///   - component: The next part of the name, for example `conv1`.
  /// - Returns: The longer path.
  public static func / (path: ParameterPath, component: String) -> ParameterPath {
    ParameterPath(store: path.store, name: path.fullName(component))
  }

  /// Returns the path of an element of a list.
  ///
  /// - Parameters:
  ///   - path: A path.
  ///   - index: The element's number, as in `layer1.0`.
  /// - Returns: The longer path.
  public static func / (path: ParameterPath, index: Int) -> ParameterPath {
    path / String(index)
  }

  /// Creates a `float32` parameter.
  ///
  /// - Parameters:
  ///   - component: The last part of the name, for example `weight`.
  ///   - shape: The size of every axis.
  ///   - role: What it does in its layer; all roles but ``Parameter/Role/buffer`` are trainable.
  ///   - initializer: How the first values are chosen.
  ///   - extraInputChannels: Inputs to append on axis 1. Their values come from a stream of their
  ///     own, with the fans of `shape`, so the others are what they are without them.
  /// - Returns: The parameter, which the store holds too.
  /// - Throws: ``TensorError/duplicateParameter(name:)`` if the name is taken.
  public func parameter(
    _ component: String, shape: [Int], role: Parameter.Role, initializer: Initializer,
    extraInputChannels: Int = 0
  ) throws -> Parameter {
    let name = fullName(component)
    var value = try initializer.values(
      shape, fanShape: shape, stream: RandomStream(seed: store.seed, name), on: store.device)
    if extraInputChannels > 0 {
      var extraShape = shape
      extraShape[1] = extraInputChannels
      let extra = try initializer.values(
        extraShape, fanShape: shape, stream: RandomStream(seed: store.seed, name, "extra inputs"),
        on: store.device)
      value = try Tensor.concatenate([value, extra], along: 1)
    }
    let parameter = try Parameter(name: name, role: role, value: value)
    try store.insert(parameter)
    return parameter
  }

  /// Creates a stored statistic, which is never trained.
  ///
  /// - Parameters:
  ///   - component: The last part of the name, for example `running_mean`.
  ///   - shape: The size of every axis.
  ///   - initializer: How the first values are chosen.
  /// - Returns: The parameter, which the store holds too.
  /// - Throws: ``TensorError/duplicateParameter(name:)`` if the name is taken.
  public func buffer(
    _ component: String, shape: [Int], initializer: Initializer = .zeros
  ) throws -> Parameter {
    try parameter(component, shape: shape, role: .buffer, initializer: initializer)
  }

  private func fullName(_ component: String) -> String {
    name.isEmpty ? component : "\(name).\(component)"
  }
}
