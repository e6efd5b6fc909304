/// A two-dimensional convolution with a square kernel.
///
/// # Shapes
///
/// - input: `[batch, inChannels + extraInputChannels, height, width]`
/// - output: `[batch, outChannels, height', width']`
/// - parameters: `weight` `[outChannels, inputs / groups, kernel, kernel]`, `bias` `[outChannels]`
public struct Conv2D {
  /// The kernel.
  public let weight: Parameter
  /// The shift of every output, if there is one.
  public let bias: Parameter?
  /// The step between positions.
  public let stride: Int
  /// The zeros around the image, on each side.
  public let padding: Int
  /// The step between the kernel's elements.
  public let dilation: Int
  /// The number of groups that inputs and outputs are split into.
  public let groups: Int

  /// Creates the layer and its parameters.
  ///
  /// - Parameters:
  ///   - path: Where the parameters go.
  ///   - inChannels: The number of inputs.
  ///   - outChannels: The number of outputs.
  ///   - kernel: The side of the kernel.
  ///   - stride: The step between positions.
  ///   - padding: The zeros around the image, on each side.
  ///   - dilation: The step between the kernel's elements.
  ///   - groups: The number of groups that inputs and outputs are split into.
  ///   - bias: Whether there is one.
  ///   - extraInputChannels: Inputs appended behind the others; the weights of the others start
  ///     with the same values as without them.
  ///   - weightInitializer: How the kernel starts.
  ///   - biasInitializer: How the bias starts; nil for PyTorch's default, uniform in
  ///     `±1 / sqrt(fanIn)`.
  /// - Throws: ``TensorError/duplicateParameter(name:)`` if the path is taken.
  public init(
    _ path: ParameterPath, inChannels: Int, outChannels: Int, kernel: Int, stride: Int = 1,
    padding: Int = 0, dilation: Int = 1, groups: Int = 1, bias: Bool = true,
    extraInputChannels: Int = 0, weightInitializer: Initializer = .torchDefault,
    biasInitializer: Initializer? = nil
  ) throws {
    precondition(
      inChannels > 0 && outChannels > 0 && kernel > 0,
      "A convolution needs positive sizes, got \(inChannels) inputs, \(outChannels) outputs and "
        + "a kernel of \(kernel)")
    precondition(
      inChannels % groups == 0 && outChannels % groups == 0
        && (groups == 1 || extraInputChannels == 0),
      "\(inChannels) inputs and \(outChannels) outputs cannot be split into \(groups) groups")
    let inputs = inChannels / groups
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
    weight = try path.parameter(
      "weight", shape: [outChannels, inputs, kernel, kernel], role: .weight,
      initializer: weightInitializer, extraInputChannels: extraInputChannels)
    let bound = 1 / Double(inputs * kernel * kernel).squareRoot()
    self.bias =
      bias
      ? try path.parameter(
        "bias", shape: [outChannels], role: .bias,
        initializer: biasInitializer ?? .uniform(bound: bound)) : nil
  }

  /// Applies the layer.
  ///
  /// - Parameter x: `[batch, inputs, height, width]`.
  /// - Returns: `[batch, outChannels, height', width']`.
  /// - Throws: ``TensorError`` if the number of inputs differs.
  public func callAsFunction(_ x: Tensor) throws -> Tensor {
    try x.conv2d(
      weight: weight.value, bias: bias?.value, stride: stride, padding: padding,
      dilation: dilation, groups: groups)
  }
}
