public import CoreAPI
public import Imaging
public import Tensors

/// A classifier whose gradients say where an image shows anything of interest.
///
/// The saliency of a cell is the largest absolute derivative of the sum of all class scores by any
/// channel of an inner feature map of stride 8: conv4_1 of VGG-16, 41×41 for inputs of 321×321.
///
/// # Source
///
/// Simonyan, Vedaldi and Zisserman, "Deep inside convolutional networks", ICLR workshop 2014. SEC's
/// background network has fc6 and fc7 with 1024 channels; their kernels and its training are not
/// public: here fc6 is 3×3, fc7 1×1, and class scores are means over positions.
public final class SaliencyNetwork {
  /// Every learned or stored tensor.
  public let parameters: ParameterStore
  private let backbone: any Backbone
  private let head: FieldOfViewHead
  private let classCount: Int
  private let frozenStages: Int
  /// The number of stages in front of the map that gradients are taken at.
  private let innerStages: Int

  /// Creates the network with random weights.
  ///
  /// - Parameters:
  ///   - kind: Its backbone, named by the kind in ``parameters``.
  ///   - width: The number of channels of fc6 and fc7.
  ///   - frozenStages: The number of front stages that training leaves as they are.
  ///   - part: The classes, the seed and the device.
  /// - Throws: An error of the tensor engine.
  public init(_ kind: BackboneKind, width: Int, frozenStages: Int = 0, part: PartContext) throws {
    parameters = ParameterStore(seed: part.seed, device: part.device)
    classCount = part.classes.foregroundCount
    self.frozenStages = frozenStages
    backbone = try kind.make(parameters.root / kind.rawValue, form: .saliency, hasLastLayer: false)
    head = try FieldOfViewHead(
      parameters.root, inChannels: backbone.outputChannels, width: width, dilation: 1,
      outChannels: classCount)
    innerStages = 1 + (backbone.stages.firstIndex { $0.stride >= 8 } ?? 0)
  }

  /// Returns class scores.
  ///
  /// - Parameters:
  ///   - images: `[batch, 3, height, width]`, normalised.
  ///   - sampleSeeds: In training a seed for every sample's dropout; nil at inference.
  /// - Returns: `[batch, classes]` logits.
  /// - Throws: An error of the tensor engine.
  public func logits(_ images: Tensor, sampleSeeds: [UInt64]?) throws -> Tensor {
    try scores(of: innerFeatures(of: images, sampleSeeds), sampleSeeds)
  }

  /// Returns how salient the cells of an image are.
  ///
  /// - Parameter image: The normalised image.
  /// - Returns: One plane of the inner map's size, at least 0.
  /// - Throws: An error of the tensor engine.
  public func saliency(of image: PlanarImage) throws -> PlanarImage {
    let inner = try withoutGradient {
      try innerFeatures(of: Tensor.batch([image], on: parameters.device), nil)
    }.requiringGradient()
    // Only the gradient by the inner map is wanted.
    let trained = parameters.parameters.filter(\.isTrainable)
    for parameter in trained { parameter.isTrainable = false }
    defer { for parameter in trained { parameter.isTrainable = true } }
    try withGradient { try scores(of: inner, nil).sum().backward() }
    guard let gradient = inner.gradient else {
      preconditionFailure("The scores depend on the inner map, so it has a gradient")
    }
    return PlanarImage(
      channels: 1, height: inner.size(of: 2), width: inner.size(of: 3),
      planes: try gradient.abs().amax(along: 1).floats())
  }

  private func innerFeatures(of images: Tensor, _ sampleSeeds: [UInt64]?) throws -> Tensor {
    try stages(0..<innerStages, backbone.laidOut(images), sampleSeeds)
  }

  private func scores(of inner: Tensor, _ sampleSeeds: [UInt64]?) throws -> Tensor {
    let features = try stages(innerStages..<backbone.stages.count, inner, sampleSeeds)
    return try head(features, sampleSeeds: sampleSeeds).mean(along: [2, 3])
  }

  private func stages(
    _ range: Range<Int>, _ input: Tensor, _ sampleSeeds: [UInt64]?
  ) throws -> Tensor {
    // Saliency is a gradient that passes frozen stages, too.
    let isTraining = sampleSeeds != nil
    return try range.reduce(input) {
      try backbone.stage(
        $1, $0, frozenStages: isTraining ? frozenStages : 0,
        statistics: isTraining ? .batch : .stored)
    }
  }
}
