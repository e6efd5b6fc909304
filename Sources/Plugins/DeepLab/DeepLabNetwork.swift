import CoreAPI
import Networks
import Tensors

/// DeepLab-v2: features, parallel dilated convolutions whose outputs are summed, and a scale pyramid.
///
/// # Source
///
/// Chen et al., "DeepLab", TPAMI 2018. `kazuto1011/deeplab-pytorch libs/models/{deeplabv2,msc}.py`.
final class DeepLabNetwork {
  /// What the head reads from.
  enum Trunk {
    case dilatedResNet(DeepLabResNet)
    case backbone(any Backbone, frozenStages: Int)

    /// The number of channels of the features.
    var channels: Int {
      switch self {
      case .dilatedResNet: DeepLabResNet.outputChannels
      case .backbone(let backbone, _): backbone.outputChannels
      }
    }

    func callAsFunction(
      _ images: Tensor, statistics: BatchNorm2D.Statistics
    ) throws -> Tensor {
      switch self {
      case .dilatedResNet(let network):
        return try network(images)
      case .backbone(let backbone, let frozenStages):
        return try backbone.features(
          of: images, frozenStages: frozenStages, ports: NoContext(), statistics: statistics)
      }
    }
  }

  let trunk: Trunk
  private let head: AtrousPyramid
  private let pyramid: [Double]

  /// Creates the network below `path`, `base` in the reference checkpoints.
  init(
    _ path: ParameterPath, trunk: Trunk, classCount: Int, dilations: [Int], pyramid: [Double]
  ) throws {
    self.trunk = trunk
    self.pyramid = pyramid
    head = try AtrousPyramid(
      path, inChannels: trunk.channels, classCount: classCount, dilations: dilations,
      biasInitializer: .zeros)
  }

  /// Returns the class scores at one scale.
  ///
  /// - Parameters:
  ///   - images: `[batch, 3, height, width]`.
  ///   - statistics: Where the tiny net's batch norm takes its statistics from.
  /// - Returns: `[batch, classes, h, w]` logits at the trunk's stride.
  /// - Throws: An error of the tensor engine.
  func scores(
    _ images: Tensor, statistics: BatchNorm2D.Statistics = .stored
  ) throws -> Tensor {
    try head(trunk(images, statistics: statistics))
  }

  /// Returns the class scores of the full scale, of every scale of the pyramid, and their maximum.
  ///
  /// - Parameters:
  ///   - images: `[batch, 3, height, width]`.
  ///   - statistics: Where the tiny net's batch norm takes its statistics from.
  /// - Returns: Logits, full scale first, the maximum last and at the full scale's size; a single
  ///   element without a pyramid.
  /// - Throws: An error of the tensor engine.
  func pyramidScores(
    _ images: Tensor, statistics: BatchNorm2D.Statistics = .stored
  ) throws -> [Tensor] {
    let full = try scores(images, statistics: statistics)
    guard !pyramid.isEmpty else { return [full] }
    let (height, width) = (full.shape[2], full.shape[3])
    var outputs = [full]
    var largest = full
    for scale in pyramid {
      let small = try scores(
        images.interpolated(scale: scale, mode: .bilinear), statistics: statistics)
      outputs.append(small)
      largest = try largest.maximum(
        small.interpolated(to: (height, width), mode: .bilinear))
    }
    return outputs + [largest]
  }
}
