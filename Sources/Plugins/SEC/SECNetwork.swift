import CoreAPI
import Networks
import Tensors

/// SEC's segmentation network: DeepLab-LargeFOV on VGG-16, or the same head on a lighter backbone.
///
/// With VGG-16 parameters are named as in the PyTorch ports, `features.0.weight` to `fc8.bias`.
///
/// # Source
///
/// `kolesman/SEC@c78419059f training/train.prototxt`.
final class SECNetwork {
  let backbone: any Backbone
  private let head: FieldOfViewHead
  private let frozenStages: Int

  /// Creates the network in `store`.
  init(_ store: ParameterStore, configuration: SECConfiguration, classCount: Int) throws {
    let prefix = Self.prefix(of: configuration.backbone)
    backbone = try configuration.backbone.makeForSegmentation(
      prefix.isEmpty ? store.root : store.root / prefix)
    frozenStages = configuration.frozenStages
    head = try FieldOfViewHead(
      store.root, inChannels: backbone.outputChannels, width: configuration.headWidth,
      dilation: configuration.dilation, outChannels: classCount, dropout: configuration.dropout)
  }

  /// VGG-16 has the names of its published files, other backbones lie below their own name.
  static func prefix(of kind: BackboneKind) -> String { kind == .vgg16 ? "" : kind.rawValue }

  /// Returns class scores.
  ///
  /// - Parameters:
  ///   - images: `[batch, 3, height, width]`.
  ///   - sampleSeeds: In training a seed for every sample's dropout; nil at inference.
  /// - Returns: `[batch, classes, h, w]` logits at the backbone's stride, 41×41 for VGG-16 and inputs
  ///   of 321×321.
  /// - Throws: An error of the tensor engine.
  func callAsFunction(_ images: Tensor, sampleSeeds: [UInt64]? = nil) throws -> Tensor {
    let features = try backbone.features(
      of: images, frozenStages: frozenStages, ports: NoContext(),
      statistics: sampleSeeds == nil ? .stored : .batch)
    return try head(features, sampleSeeds: sampleSeeds)
  }
}
