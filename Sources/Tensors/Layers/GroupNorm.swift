/// Normalization of groups of channels, sample by sample.
///
/// # Shapes
///
/// - input and output: `[batch, channels, height, width]`
/// - parameters: `weight`, `bias`, each `[channels]`
///
/// # Source
///
/// Wu and He, "Group Normalization", ECCV 2018.
public struct GroupNorm {
  /// The scale of every channel.
  public let weight: Parameter
  /// The shift of every channel.
  public let bias: Parameter
  /// The number of groups.
  public let groups: Int
  /// Added to the variance.
  public let epsilon: Double

  /// Creates the layer and its parameters.
  ///
  /// - Parameters:
  ///   - path: Where the parameters go.
  ///   - groups: The number of groups; it divides `channels`.
  ///   - channels: The number of channels.
  ///   - epsilon: Added to the variance.
  /// - Throws: ``TensorError/duplicateParameter(name:)`` if the path is taken.
  public init(
    _ path: ParameterPath, groups: Int, channels: Int, epsilon: Double = 1e-5
  ) throws {
    precondition(
      groups > 0 && channels > 0 && channels % groups == 0,
      "\(channels) channels cannot be split into \(groups) groups")
    self.groups = groups
    self.epsilon = epsilon
    weight = try path.parameter(
      "weight", shape: [channels], role: .normScale, initializer: .ones)
    bias = try path.parameter("bias", shape: [channels], role: .normShift, initializer: .zeros)
  }

  /// Applies the layer.
  ///
  /// - Parameter x: `[batch, channels, height, width]`.
  /// - Returns: The normalized tensor, of the same shape.
  /// - Throws: ``TensorError`` if the number of channels differs.
  public func callAsFunction(_ x: Tensor) throws -> Tensor {
    try x.groupNorm(groups: groups, weight: weight.value, bias: bias.value, epsilon: epsilon)
  }
}
