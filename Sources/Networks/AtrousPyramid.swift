internal import TensorFiles
public import Tensors

/// Atrous spatial pyramid pooling as DeepLab-v2's classifier: parallel dilated 3×3 convolutions of the
/// same features, whose class scores are summed.
///
/// # Shapes
///
/// - input: `[batch, inChannels, height, width]`
/// - output: `[batch, classes, height, width]`
/// - parameters: `aspp.c0.weight`, `aspp.c0.bias` and so on, one convolution for every dilation
///
/// # Source
///
/// Chen et al., "DeepLab", TPAMI 2018, section 3.3. `kazuto1011/deeplab-pytorch libs/models/deeplabv2.py`.
public struct AtrousPyramid {
  private let convolutions: [Conv2D]

  /// Creates the convolutions with random weights.
  ///
  /// - Parameters:
  ///   - path: Where `aspp` is named.
  ///   - inChannels: The number of channels of the features.
  ///   - classCount: The number of classes with the background.
  ///   - dilations: The dilation of every convolution, in cells of the features.
  ///   - biasInitializer: How the biases start; nil for PyTorch's default.
  /// - Throws: An error of the tensor engine.
  public init(
    _ path: ParameterPath, inChannels: Int, classCount: Int, dilations: [Int],
    biasInitializer: Initializer? = nil
  ) throws {
    precondition(!dilations.isEmpty, "A pyramid has at least one dilation")
    convolutions = try dilations.enumerated().map { index, dilation in
      try Conv2D(
        path / "aspp" / "c\(index)", inChannels: inChannels, outChannels: classCount, kernel: 3,
        padding: dilation, dilation: dilation,
        weightInitializer: .normal(standardDeviation: 0.01), biasInitializer: biasInitializer)
    }
  }

  /// Returns class scores.
  ///
  /// - Parameter features: `[batch, inChannels, height, width]`.
  /// - Returns: `[batch, classes, height, width]` logits.
  /// - Throws: ``TensorError`` if the number of channels differs.
  public func callAsFunction(_ features: Tensor) throws -> Tensor {
    features.device == .cpu ? try foldedScores(features) : try convolvedScores(features)
  }

  /// Returns class scores, convolution by convolution.
  func convolvedScores(_ features: Tensor) throws -> Tensor {
    let scores = try convolutions.map { try $0(features) }
    return try scores.dropFirst().reduce(scores[0]) { try $0 + $1 }
  }

  /// Returns class scores, computed as one matrix product.
  ///
  /// A processor's dilated convolution copies the nine neighbours of every cell, for all channels of
  /// the features and again for the gradient. There are far fewer classes than channels: it is
  /// cheaper to compute every cell's share in the scores around it and to add these up.
  func foldedScores(_ features: Tensor) throws -> Tensor {
    let size = (height: features.size(of: 2), width: features.size(of: 3))
    let kernels = try convolutions.map { convolution in
      let weight = convolution.weight.value
      let shares = weight.size(of: 0) * 9
      // What a cell receives from its lower right neighbour is what that one gives to its upper left.
      return try weight.flipped(along: 2, 3).permuted(0, 2, 3, 1)
        .reshaped([shares, weight.size(of: 1), 1, 1])
    }
    let shares = try features.conv2d(weight: Tensor.concatenate(kernels, along: 0))
      .to(.float32).flattened(from: 2)
    let count = shares.size(of: 1) / convolutions.count
    let scores = try convolutions.enumerated().map { index, convolution in
      let sums = try shares.narrow(along: 1, from: index * count, count: count)
        .folded(to: size, kernel: 3, padding: convolution.padding, dilation: convolution.dilation)
      guard let bias = convolution.bias else { return sums }
      return try sums + bias.value.reshaped([1, -1, 1, 1])
    }
    return try scores.dropFirst().reduce(scores[0]) { try $0 + $1 }
  }
}
