public import Tensors

/// Two convolutions and a linear layer over their mean, whose weights also yield activation maps.
///
/// The class score is linear in the global average of fc7's maps, so its weights at every position
/// say where the class was recognised:
///
///     fc6 3×3, ReLU, dropout; fc7 3×3, dropout; mean over positions; linear without bias
///
/// # Shapes
///
/// - input: `[batch, inChannels + extraInputChannels, height, width]`
///
/// # Source
///
/// Zhou et al., "Learning deep features for discriminative localization", CVPR 2016. SEC's foreground
/// network (`fc6_CAM`, `fc7_CAM`), width 1024; DSRG uses it too.
public struct ActivationHead {
  private let fc6: Conv2D
  private let fc7: Conv2D
  private let classifier: Conv2D
  private let dropouts: [Dropout]

  /// Creates the layers with random weights.
  ///
  /// - Parameters:
  ///   - path: Where their parameters are named: `fc6_CAM`, `fc7_CAM`, `scores`.
  ///   - inChannels: The number of channels of the features.
  ///   - extraInputChannels: The number of channels that a context appends to them.
  ///   - width: The number of channels of fc6 and fc7.
  ///   - classCount: The number of foreground classes.
  ///   - dropout: The share of fc6's and fc7's outputs that is dropped in training.
  /// - Throws: An error of the tensor engine.
  public init(
    _ path: ParameterPath, inChannels: Int, extraInputChannels: Int = 0, width: Int = 1024,
    classCount: Int, dropout: Double = 0.5
  ) throws {
    fc6 = try Conv2D(
      path / "fc6_CAM", inChannels: inChannels, outChannels: width, kernel: 3, padding: 1,
      extraInputChannels: extraInputChannels, weightInitializer: .heNormal, biasInitializer: .zeros)
    fc7 = try Conv2D(
      path / "fc7_CAM", inChannels: width, outChannels: width, kernel: 3, padding: 1,
      weightInitializer: .heNormal, biasInitializer: .zeros)
    classifier = try Conv2D(
      path / "scores", inChannels: width, outChannels: classCount, kernel: 1, bias: false,
      weightInitializer: .normal(standardDeviation: 0.01))
    dropouts = ["drop6_CAM", "drop7_CAM"].map { Dropout(path / $0, probability: dropout) }
  }

  /// Returns class scores.
  ///
  /// - Parameters:
  ///   - features: `[batch, channels, height, width]`.
  ///   - sampleSeeds: In training a seed for every sample's dropout; nil at inference.
  /// - Returns: `[batch, classes]` logits.
  /// - Throws: An error of the tensor engine.
  public func logits(_ features: Tensor, sampleSeeds: [UInt64]? = nil) throws -> Tensor {
    let maps = try dropouts[1](
      fc7(dropouts[0](fc6(features).relu(), sampleSeeds: sampleSeeds)), sampleSeeds: sampleSeeds)
    return try classifier(maps.globalAveragePool2d(keepingDimensions: true)).flattened(from: 1)
  }

  /// Returns class activation maps.
  ///
  /// - Parameter features: `[batch, channels, height, width]`.
  /// - Returns: `[batch, classes, height, width]`, negative where a class is denied.
  /// - Throws: An error of the tensor engine.
  public func activation(_ features: Tensor) throws -> Tensor {
    try classifier(fc7(fc6(features).relu()))
  }
}
