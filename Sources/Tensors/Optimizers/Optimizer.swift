public import TensorFiles

/// What turns gradients into changes of parameters.
public protocol Optimizer: AnyObject {
  /// The parameters and how they are trained.
  var groups: [ParameterGroup] { get }
  /// Changes every parameter that has a gradient.
  ///
  /// - Parameter rate: The learning rate, before the groups' multipliers.
  /// - Throws: ``TensorError`` if libtorch refuses.
  func step(rate: Double) throws
  /// Returns what the optimizer remembers, by name, for a checkpoint.
  ///
  /// - Throws: ``TensorError`` if the device fails.
  func state() throws -> [(String, TensorData)]
  /// Replaces what the optimizer remembers, as after a restart.
  ///
  /// - Parameter state: What ``state()`` returned.
  /// - Throws: ``TensorError`` if it does not fit the parameters.
  func load(state: [String: TensorData]) throws
}

extension Optimizer {
  /// Forgets the gradients of all parameters.
  ///
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func zeroGradients() throws {
    for group in groups {
      for parameter in group.parameters { try parameter.zeroGradient() }
    }
  }
}
