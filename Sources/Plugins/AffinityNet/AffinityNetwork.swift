import Networks
import TensorFiles
import Tensors

/// The features whose distances are affinities, from three stages of a backbone.
///
/// # Source
///
/// Ahn and Kwak, CVPR 2018, §3.2. `YudeWang/SEAM network/resnet38_aff.py`, `Net`. With ResNet-38 all
/// stages have the same resolution; those of other backbones are brought to that of the first one.
final class AffinityNetwork {
  /// The beginning of the names of the layers that are not the backbone's.
  static let headPaths = ["f8_3", "f8_4", "f8_5", "f9"]

  let backbone: any Backbone
  /// How many pixels of the image one step of the features spans.
  let stride: Int
  private let frozenStages: Int
  private let sideLayers: [Conv2D]
  private let fusion: Conv2D
  private let device: Device

  /// Creates the network at the root of a store.
  ///
  /// - Parameters:
  ///   - store: Where its parameters go.
  ///   - backbone: The network that the features come from.
  ///   - frozenStages: The number of front stages that get no gradient.
  ///   - featureWidth: The number of channels of the features, a multiple of 7; 448 in the reference.
  /// - Throws: An error of the tensor engine.
  init(
    _ store: ParameterStore, backbone: any Backbone, frozenStages: Int, featureWidth: Int
  ) throws {
    self.backbone = backbone
    self.frozenStages = frozenStages
    device = store.device
    let sides = backbone.sideStages.map { backbone.stages[$0] }
    precondition(sides.count == 3, "Three side stages are needed, the backbone has \(sides.count)")
    stride = sides[0].stride
    precondition(featureWidth.isMultiple(of: 7), "The width \(featureWidth) is not a multiple of 7")
    let widths = [1, 2, 4].map { $0 * featureWidth / 7 }
    sideLayers = try zip(sides, zip(Self.headPaths, widths)).map { side, layer in
      try Conv2D(
        store.root / layer.0, inChannels: side.channels, outChannels: layer.1, kernel: 1,
        bias: false, weightInitializer: .heNormal)
    }
    fusion = try Conv2D(
      store.root / "f9", inChannels: featureWidth, outChannels: featureWidth, kernel: 1,
      bias: false, weightInitializer: .xavierUniform(gain: 4))
  }

  /// Returns the features of images.
  ///
  /// - Parameters:
  ///   - images: `[batch, 3, height, width]`, normalised.
  ///   - statistics: Where the tiny net's batch norm takes its statistics from.
  ///   - sampleSeeds: In training a seed for every sample's dropout; nil in evaluation.
  ///   - autocast: The reduced precision of convolutions.
  /// - Returns: `[batch, features, ceil(height / stride), ceil(width / stride)]`, in `float32`.
  /// - Throws: An error of the tensor engine.
  func features(
    _ images: Tensor, statistics: BatchNorm2D.Statistics = .stored,
    sampleSeeds: [UInt64]? = nil, autocast: DType? = nil
  ) throws -> Tensor {
    try withAutocast(autocast, on: device) {
      let outputs = try backbone.outputs(
        of: backbone.sideStages, for: images, frozenStages: frozenStages, statistics: statistics,
        sampleSeeds: sampleSeeds)
      let size = (outputs[0].shape[2], outputs[0].shape[3])
      let sides = try zip(zip(outputs, backbone.sideStages), sideLayers).map { output, layer in
        let side = try layer(backbone.activated(output.0, ofStage: output.1)).elu()
        return (side.shape[2], side.shape[3]) == size ? side : try side.interpolated(to: size)
      }
      return try fusion(Tensor.concatenate(sides, along: 1)).to(.float32).elu()
    }
  }
}
