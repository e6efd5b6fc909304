/// A linear map of the last axis.
///
/// # Shapes
///
/// - input: `[..., inputs]`
/// - output: `[..., outputs]`
/// - parameters: `weight` `[outputs, inputs]`, `bias` `[outputs]`
public struct Linear {
  /// The matrix.
  public let weight: Parameter
  /// The shift of every output, if there is one.
  public let bias: Parameter?

  /// Creates the layer and its parameters.
  ///
  /// - Parameters:
  ///   - path: Where the parameters go.
  ///   - inputs: The number of inputs.
  ///   - outputs: The number of outputs.
  ///   - bias: Whether there is one.
  ///   - extraInputs: Inputs appended behind the others; the weights of the others start with the
  ///     same values as without them.
  ///   - weightInitializer: How the matrix starts.
  ///   - biasInitializer: How the bias starts; nil for PyTorch's default, uniform in
  ///     `±1 / sqrt(inputs)`.
  /// - Throws: ``TensorError/duplicateParameter(name:)`` if the path is taken.
  public init(
    _ path: ParameterPath, inputs: Int, outputs: Int, bias: Bool = true, extraInputs: Int = 0,
    weightInitializer: Initializer = .torchDefault, biasInitializer: Initializer? = nil
  ) throws {
    precondition(
      inputs > 0 && outputs > 0,
      "A linear layer needs positive sizes, got \(inputs) inputs and \(outputs) outputs")
    weight = try path.parameter(
      "weight", shape: [outputs, inputs], role: .weight, initializer: weightInitializer,
      extraInputChannels: extraInputs)
    let bound = 1 / Double(inputs).squareRoot()
    self.bias =
      bias
      ? try path.parameter(
        "bias", shape: [outputs], role: .bias,
        initializer: biasInitializer ?? .uniform(bound: bound)) : nil
  }

  /// Applies the layer.
  ///
  /// - Parameter x: `[..., inputs]`.
  /// - Returns: `[..., outputs]`.
  /// - Throws: ``TensorError`` if the number of inputs differs.
  public func callAsFunction(_ x: Tensor) throws -> Tensor {
    try x.linear(weight: weight.value, bias: bias?.value)
  }
}
