import CoreAPI
import Networks
import TensorFiles
import Tensors

/// IRNet's classification network, whose last layer yields class activation maps.
///
/// The class score is the global average of the features times the classifier's weight, so the same
/// weight applied at every position says where the class was recognised.
///
/// # Source
///
/// Ahn et al., "Weakly supervised learning of instance segmentation with inter-pixel relations",
/// CVPR 2019. `jiwoon-ahn/irn net/resnet50_cam.py`: front stages detached, batch norm on stored
/// statistics with trainable affine parameters, 1×1 classifier without bias.
final class ActivationNetwork {
  let backbone: any Backbone
  let frozenStages: Int
  let classCount: Int
  private let classifier: Conv2D

  /// Creates the network in `store` with the reference's parameter names.
  init(
    _ store: ParameterStore, backbone: any Backbone, frozenStages: Int, classCount: Int,
    context: any Context
  ) throws {
    self.backbone = backbone
    self.frozenStages = frozenStages
    self.classCount = classCount
    let channels = backbone.outputChannels
    classifier = try Conv2D(
      store.root / "classifier", inChannels: channels, outChannels: classCount, kernel: 1,
      bias: false,
      extraInputChannels: try backbone.declarePorts(to: context, frozenStages: frozenStages)
        - channels)
  }

  /// The parameters that get no gradient because their stage is frozen.
  func frozenPrefixes(below path: String) -> [String] {
    backbone.stages.prefix(frozenStages).flatMap { $0.parameterPrefixes.map { path + $0 } }
  }

  /// Returns class scores.
  ///
  /// - Parameters:
  ///   - images: `[batch, 3, height, width]`, normalised.
  ///   - ports: The context of the batch.
  ///   - statistics: Where the tiny net's batch norm takes its statistics from.
  /// - Returns: `[batch, classes]` logits.
  /// - Throws: An error of the tensor engine or of the context.
  func logits(
    _ images: Tensor, ports: any BoundContext, statistics: BatchNorm2D.Statistics = .stored
  ) throws -> Tensor {
    let features = try backbone.features(
      of: images, frozenStages: frozenStages, ports: ports, statistics: statistics)
    let pooled = try features.mean(along: [2, 3], keepingDimensions: true)
    return try classifier(pooled).reshaped([images.shape[0], classCount])
  }

  /// Returns class activation maps that combine an image with its mirror image.
  ///
  /// - Parameters:
  ///   - pair: `[2, 3, height, width]`: the image and its horizontal mirror image, normalised.
  ///   - ports: The context of the pair.
  /// - Returns: `[classes, height / stride, width / stride]`, at least 0.
  /// - Throws: An error of the tensor engine or of the context.
  func activation(_ pair: Tensor, ports: any BoundContext) throws -> Tensor {
    let features = try backbone.features(of: pair, frozenStages: frozenStages, ports: ports)
    let maps = try classifier(features).to(.float32).relu()
    return try maps[0] + maps[1].flipped(along: 2)
  }
}
