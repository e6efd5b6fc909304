import CoreAPI
import Networks
import TensorFiles
import Tensors

/// SEAM's network: a classifier's activation maps, and the same maps after pixel correlation.
///
/// The correlation reads detached features and detached maps, so what is learned from refined maps
/// reaches its own layers only.
///
/// # Source
///
/// Wang et al., CVPR 2020. `YudeWang/SEAM network/resnet38_SEAM.py`, `Net.forward`.
final class EquivariantNetwork {
  /// Activation maps with the background as their first channel, which no label supervises.
  struct Maps {
    /// What the classifier gives, `[batch, 1 + classes, h, w]`.
    var activation: Tensor
    /// The maps after pixel correlation, of the same shape.
    var refined: Tensor

    /// Returns the maps at another resolution, corner to corner.
    func resized(to size: (height: Int, width: Int)) throws -> Maps {
      Maps(
        activation: try activation.interpolated(to: size, alignCorners: true),
        refined: try refined.interpolated(to: size, alignCorners: true))
    }
  }

  /// The beginning of the names of the layers that are not the backbone's.
  static let headPaths = ["fc8", "f8_3", "f8_4", "f9"]

  let backbone: any Backbone
  let correlation: PixelCorrelationModule
  private let frozenStages: Int
  private let classifier: Conv2D
  private let dropout: Dropout
  private let device: Device

  init(
    _ store: ParameterStore, backbone: any Backbone, frozenStages: Int, classCount: Int,
    dropout: Double, context: any Context
  ) throws {
    self.backbone = backbone
    self.frozenStages = frozenStages
    device = store.device
    let root = store.root
    let channels = backbone.outputChannels
    classifier = try Conv2D(
      root / "fc8", inChannels: channels, outChannels: 1 + classCount, kernel: 1, bias: false,
      extraInputChannels: try backbone.declarePorts(to: context, frozenStages: frozenStages)
        - channels,
      weightInitializer: .xavierUniform(gain: 1))
    let sides = backbone.sideStages.map { backbone.stages[$0].channels }
    precondition(sides.count == 3, "Three side stages are needed, the backbone has \(sides.count)")
    correlation = try PixelCorrelationModule(root, sideChannels: (sides[0], sides[1]))
    self.dropout = Dropout(root / "dropout7", probability: dropout, byChannel: true)
  }

  /// Returns the maps of a batch at the backbone's resolution.
  ///
  /// - Parameters:
  ///   - images: `[batch, 3, height, width]`, normalised.
  ///   - ports: The context of the batch.
  ///   - statistics: Where the tiny net's batch norm takes its statistics from.
  ///   - sampleSeeds: In training a seed for every sample's dropout; nil in evaluation.
  ///   - autocast: The reduced precision of the backbone's convolutions.
  /// - Returns: Activation maps and refined maps, in `float32`.
  /// - Throws: An error of the tensor engine.
  func callAsFunction(
    _ images: Tensor, ports: any BoundContext, statistics: BatchNorm2D.Statistics = .stored,
    sampleSeeds: [UInt64]? = nil, autocast: DType? = nil
  ) throws -> Maps {
    let (activation, sides) = try withAutocast(autocast, on: device) {
      let outputs = try backbone.outputs(
        of: backbone.sideStages, for: images, frozenStages: frozenStages, ports: ports,
        statistics: statistics, sampleSeeds: sampleSeeds)
      let sides = try zip(outputs.dropLast(), backbone.sideStages).map {
        try backbone.activated($0.detached(), ofStage: $1).to(.float32)
      }
      let features = try dropout(outputs[outputs.count - 1], sampleSeeds: sampleSeeds)
      return (try classifier(features).to(.float32), sides)
    }
    let features = try correlation.features(
      images, sides: sides, size: (activation.shape[2], activation.shape[3]))
    let scores = try PixelCorrelationModule.competingScores(activation)
    return Maps(activation: activation, refined: try correlation(scores, features: features))
  }
}
