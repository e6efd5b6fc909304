public import Tensors

/// The optimizers that a recipe can name.
public enum OptimizerChoice: String, CaseIterable, Sendable {
  /// Stochastic gradient descent with momentum, as in the reference methods.
  case sgd
  /// Adam with decoupled weight decay, for networks that start from random weights.
  case adam

  /// Creates the optimizer.
  ///
  /// - Parameters:
  ///   - groups: The parameters and how they are trained.
  ///   - momentum: SGD's momentum; Adam has its own.
  ///   - form: Where the rate enters SGD.
  /// - Returns: The optimizer, at rest.
  public func make(
    groups: [ParameterGroup], momentum: Double, form: SGD.Form = .pytorch
  ) -> any Optimizer {
    switch self {
    case .sgd: SGD(groups: groups, momentum: momentum, form: form)
    case .adam: Adam(groups: groups)
    }
  }
}
