public import Tensors

/// The three layers behind VGG-16 that replace its fully connected ones: fc6, fc7 and fc8.
///
/// fc6 is a dilated 3×3 convolution; the dilation sets how far the classifier looks around. SEC has
/// one such head, DSRG four with different dilations whose outputs are summed.
///
/// # Shapes
///
/// - input: `[batch, inChannels, height, width]`
/// - output: `[batch, outChannels, height, width]`
///
/// # Source
///
/// Chen et al., "DeepLab", TPAMI 2018 (LargeFOV). `kolesman/SEC@c78419059f training/train.prototxt`:
/// dropout of one half behind fc6 and fc7; fc8 starts with normal weights of deviation 0.01.
public struct FieldOfViewHead {
  private let fc6: Conv2D
  private let fc7: Conv2D
  private let fc8: Conv2D
  private let dropouts: [Dropout]

  /// Creates the layers with random weights.
  ///
  /// - Parameters:
  ///   - path: Where their parameters are named.
  ///   - suffix: What is appended to the names `fc6` and `fc7`, for example `_1`.
  ///   - classifier: The name of the last layer.
  ///   - inChannels: The number of channels of the features.
  ///   - width: The number of channels of fc6 and fc7, 1024 in the papers.
  ///   - dilation: The dilation of fc6, 12 in LargeFOV.
  ///   - outChannels: The number of classes.
  ///   - dropout: The share of fc6's and fc7's outputs that is dropped in training.
  /// - Throws: An error of the tensor engine.
  public init(
    _ path: ParameterPath, suffix: String = "", classifier: String = "fc8", inChannels: Int,
    width: Int = 1024, dilation: Int = 12, outChannels: Int, dropout: Double = 0.5
  ) throws {
    fc6 = try Conv2D(
      path / "fc6\(suffix)", inChannels: inChannels, outChannels: width, kernel: 3,
      padding: dilation, dilation: dilation, weightInitializer: .heNormal, biasInitializer: .zeros)
    fc7 = try Conv2D(
      path / "fc7\(suffix)", inChannels: width, outChannels: width, kernel: 1,
      weightInitializer: .heNormal, biasInitializer: .zeros)
    fc8 = try Conv2D(
      path / classifier, inChannels: width, outChannels: outChannels, kernel: 1,
      weightInitializer: .normal(standardDeviation: 0.01), biasInitializer: .zeros)
    dropouts = ["drop6", "drop7"].map {
      Dropout(path / "\($0)\(suffix)", probability: dropout)
    }
  }

  /// Returns class scores.
  ///
  /// - Parameters:
  ///   - features: `[batch, inChannels, height, width]`.
  ///   - sampleSeeds: In training a seed for every sample's dropout; nil at inference.
  /// - Returns: `[batch, outChannels, height, width]` logits.
  /// - Throws: An error of the tensor engine.
  public func callAsFunction(_ features: Tensor, sampleSeeds: [UInt64]? = nil) throws -> Tensor {
    let x = try dropouts[0](fc6(features).relu(), sampleSeeds: sampleSeeds)
    return try fc8(dropouts[1](fc7(x).relu(), sampleSeeds: sampleSeeds))
  }
}
