internal import CTorch
public import TensorFiles

/// Stochastic gradient descent with momentum and weight decay.
///
/// With `d = gradient + weightDecay * w` and the group's rate `r`:
/// ```
/// pytorch:  v = momentum * v + d;      w = w - r * v
/// caffe:    v = momentum * v + r * d;  w = w - v
/// ```
/// The forms differ when the rate changes. The `PolyOptimizer` of PSA, IRNet and SEAM hands its
/// weight decay to PyTorch's momentum by position, so its real momentum is 5e-4 (PSA, SEAM) or 1e-4
/// (IRNet): pass that number here to train as they do.
///
/// # Source
///
/// `torch.optim.SGD`; Caffe, `sgd_solver.cpp`.
public final class SGD: Optimizer {
  /// Where the rate enters.
  public enum Form: String, Sendable, Codable, CaseIterable {
    /// Behind the momentum: a change of the rate acts at once.
    case pytorch
    /// Inside the momentum: earlier gradients keep the rate they came with.
    case caffe
  }

  /// The parameters and how they are trained.
  public let groups: [ParameterGroup]
  /// The factor of the velocity.
  public let momentum: Double
  /// Where the rate enters.
  public let form: Form

  private var velocities: [String: Tensor] = [:]

  /// Creates an optimizer without velocity.
  ///
  /// - Parameters:
  ///   - groups: The parameters and how they are trained.
  ///   - momentum: The factor of the velocity, in `0 ..< 1`.
  ///   - form: Where the rate enters.
  public init(groups: [ParameterGroup], momentum: Double, form: Form = .pytorch) {
    precondition((0..<1).contains(momentum), "The momentum must be in 0..<1, got \(momentum)")
    self.groups = groups
    self.momentum = momentum
    self.form = form
  }

  /// Changes every parameter that has a gradient.
  ///
  /// - Parameter rate: The learning rate, before the groups' multipliers.
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func step(rate: Double) throws {
    for group in groups {
      for parameter in group.parameters {
        guard parameter.isTrainable, let gradient = parameter.value.gradient else { continue }
        let velocity = try momentum == 0 ? nil : velocity(of: parameter)
        try Tensor.run {
          ct_sgd_step(
            parameter.value.pointer, gradient.pointer, velocity?.pointer,
            rate * group.rateMultiplier, momentum, group.weightDecay, form == .caffe, $0)
        }
        withExtendedLifetime((parameter, gradient, velocity)) {}
      }
    }
  }

  private func velocity(of parameter: Parameter) throws -> Tensor {
    if let velocity = velocities[parameter.name] { return velocity }
    let value = parameter.value
    let velocity = try Tensor.zeros(value.shape, dtype: value.dtype, on: value.device)
    velocities[parameter.name] = velocity
    return velocity
  }
}

// MARK: - State

extension SGD {
  /// Returns the velocities by the names of their parameters, in the groups' order.
  ///
  /// - Throws: ``TensorError`` if the device fails.
  public func state() throws -> [(String, TensorData)] {
    try groups.flatMap(\.parameters).compactMap { parameter in
      try velocities[parameter.name].map { (parameter.name, try $0.data()) }
    }
  }

  /// Replaces the velocities, as after a restart.
  ///
  /// - Parameter state: What ``state()`` returned; parameters without an entry start at rest.
  /// - Throws: ``TensorError/shapeMismatch(name:found:expected:)`` or
  ///   ``TensorError/unknownParameter(name:)``.
  public func load(state: [String: TensorData]) throws {
    var loaded: [String: Tensor] = [:]
    for parameter in groups.flatMap(\.parameters) {
      guard let data = state[parameter.name] else { continue }
      let value = parameter.value
      guard data.shape == value.shape else {
        throw TensorError.shapeMismatch(
          name: parameter.name, found: data.shape, expected: value.shape)
      }
      loaded[parameter.name] = try Tensor(data, on: value.device)
    }
    if let name = state.keys.sorted().first(where: { loaded[$0] == nil }) {
      throw TensorError.unknownParameter(name: name)
    }
    velocities = loaded
  }
}
