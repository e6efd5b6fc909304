/// A named tensor of a model: a weight that training changes, or a stored statistic.
public final class Parameter {
  /// What a parameter does in its layer, which decides its learning rate and weight decay.
  public enum Role: String, Sendable, CaseIterable {
    /// The weight of a convolution or a linear layer.
    case weight
    /// The bias of a convolution or a linear layer.
    case bias
    /// The scale of a normalization.
    case normScale
    /// The shift of a normalization.
    case normShift
    /// A stored statistic, which is never trained.
    case buffer
  }

  /// The full name, for example `layer1.0.conv1.weight`.
  public let name: String
  /// What it does in its layer.
  public let role: Role
  /// The elements: a leaf, which optimizers change in place.
  public let value: Tensor

  /// Creates a parameter.
  ///
  /// - Parameters:
  ///   - name: The full name.
  ///   - role: What it does in its layer; all roles but ``Role/buffer`` start trainable.
  ///   - value: The initial elements, which the parameter takes over.
  /// - Throws: ``TensorError`` if a trainable parameter has integer elements.
  public init(name: String, role: Role, value: Tensor) throws {
    self.name = name
    self.role = role
    self.value = try role == .buffer ? value.detached() : value.requiringGradient()
  }

  /// Whether gradients are computed for this parameter; a stored statistic has none.
  public var isTrainable: Bool {
    get { value.requiresGradient }
    set {
      precondition(
        !(newValue && role == .buffer), "Parameter '\(name)' is a stored statistic, not trainable")
      do {
        try value.setRequiresGradient(newValue)
      } catch {
        preconditionFailure("A parameter is a leaf with real elements: \(error)")
      }
    }
  }

  /// Forgets the accumulated gradient.
  ///
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func zeroGradient() throws {
    try value.clearGradient()
  }
}
