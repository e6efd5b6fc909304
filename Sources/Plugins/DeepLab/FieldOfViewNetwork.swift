import CoreAPI
import Networks
import TensorFiles
import Tensors

/// DeepLab-v1 on a backbone: one dilated convolution with a large field of view, and two 1×1 ones.
///
/// # Source
///
/// Chen et al., "Semantic image segmentation with deep convolutional nets and fully connected CRFs",
/// ICLR 2015. `YudeWang/semantic-segmentation-codebase lib/net/deeplabv1.py`.
final class FieldOfViewNetwork {
  let backbone: any Backbone
  private let fieldOfView: Conv2D
  private let fieldOfViewNorm: BatchNorm2D
  private let second: Conv2D
  private let secondNorm: BatchNorm2D
  private let dropout: Dropout
  private let classifier: Conv2D

  /// Creates the network; the backbone stands below `backbone`, as in the reference's checkpoints.
  init(
    _ store: ParameterStore, _ configuration: FieldOfViewConfiguration, classCount: Int
  ) throws {
    let (kind, width) = (configuration.backbone, configuration.headWidth)
    let (dilation, normMomentum) = (configuration.dilation, configuration.normMomentum)
    let root = store.root
    switch kind {
    case .resNet38:
      backbone = try ResNet38(root / "backbone", freezesNorms: false, normMomentum: normMomentum)
    case .resNet50, .vgg16, .mobileNetV2, .tiny:
      backbone = try kind.makeForSegmentation(root / "backbone")
    }
    // The reference's kaiming initialization takes the fan of the outputs.
    func initializer(kernel: Int, outputs: Int) -> Initializer {
      .normal(standardDeviation: (2 / Double(outputs * kernel * kernel)).squareRoot())
    }
    fieldOfView = try Conv2D(
      root / "conv_fov", inChannels: backbone.outputChannels, outChannels: width, kernel: 3,
      padding: dilation, dilation: dilation, bias: false,
      weightInitializer: initializer(kernel: 3, outputs: width))
    fieldOfViewNorm = try BatchNorm2D(
      root / "bn_fov", channels: width, momentum: normMomentum)
    second = try Conv2D(
      root / "conv_fov2", inChannels: width, outChannels: width, kernel: 1, bias: false,
      weightInitializer: initializer(kernel: 1, outputs: width))
    secondNorm = try BatchNorm2D(root / "bn_fov2", channels: width, momentum: normMomentum)
    dropout = Dropout(root / "dropout1", probability: configuration.dropout)
    classifier = try Conv2D(
      root / "cls_conv", inChannels: width, outChannels: classCount, kernel: 1, bias: true,
      weightInitializer: initializer(kernel: 1, outputs: classCount))
  }

  /// Returns class scores.
  ///
  /// - Parameters:
  ///   - images: `[batch, 3, height, width]`, normalised.
  ///   - statistics: Where batch norm takes its statistics from: the batch in training.
  ///   - sampleSeeds: In training a seed for every sample's dropout; nil in evaluation.
  /// - Returns: `[batch, classes, h, w]` logits at the resolution of the backbone.
  /// - Throws: An error of the tensor engine.
  func scores(
    _ images: Tensor, statistics: BatchNorm2D.Statistics = .stored, sampleSeeds: [UInt64]? = nil
  ) throws -> Tensor {
    let features = try backbone.features(
      of: images, frozenStages: 0, ports: NoContext(), statistics: statistics,
      sampleSeeds: sampleSeeds)
    let wide = try fieldOfViewNorm(fieldOfView(features), statistics: statistics).relu()
    let mixed = try secondNorm(second(wide), statistics: statistics).relu()
    return try classifier(dropout(mixed, sampleSeeds: sampleSeeds)).to(.float32)
  }
}
