import CoreAPI
import Imaging
import Networks

/// The values of IRNet's CAM stage.
///
/// Defaults are those of `jiwoon-ahn/irn run_sample.py` and `step/train_cam.py`.
struct ActivationConfiguration: Sendable {
  /// The classifier's network.
  var backbone: BackboneKind
  /// A file of pretrained weights for the backbone, empty for random weights.
  var weights: String
  /// How samples become values of the network, a choice for VGG-16 only.
  var input: InputNormalization
  /// The number of front stages that get no gradient.
  var frozenStages: Int
  /// The number of images of a batch.
  var batchSize: Int
  /// The number of passes over the training set.
  var epochs: Int
  /// The learning rate of the backbone.
  var rate: Double
  /// By how much the classifier learns faster than the backbone.
  var headRateMultiplier: Double
  /// The L2 penalty.
  var weightDecay: Double
  /// What applies the gradients.
  var optimizer: OptimizerChoice
  /// SGD's momentum.
  ///
  /// The reference passes its weight decay in this place by accident (1e-4).
  var momentum: Double
  /// The power of the poly schedule.
  var power: Double
  /// The side of the square training crop, in pixels.
  var cropSize: Int
  /// The range that the longer side of a training image is resized to, in pixels.
  var longerSide: ClosedRange<Int>
  /// The scales of inference.
  var scales: [Double]

  init(_ reader: ConfigurationReader) throws {
    backbone = try reader.choice("backbone", default: BackboneKind.resNet50)
    weights = try reader.path("weights") ?? ""
    input = try InputNormalization(reader, for: backbone)
    frozenStages = try reader.int(
      "frozen_stages", default: weights.isEmpty ? 0 : backbone.pretrainedStages,
      in: 0...backbone.stageCount)
    batchSize = try reader.int("batch_size", default: 16, in: 1...4096)
    epochs = try reader.int("epochs", default: 5, in: 1...10_000)
    rate = try reader.double("rate", default: 0.1, in: .positive)
    headRateMultiplier = try reader.double("head_rate_multiplier", default: 10, in: .positive)
    weightDecay = try reader.double("weight_decay", default: 1e-4, in: .notNegative)
    optimizer = try reader.choice("optimizer", default: OptimizerChoice.sgd)
    momentum = try reader.double("momentum", default: 1e-4, in: .momentum)
    power = try reader.double("power", default: 0.9, in: .positive)
    cropSize = try reader.int("crop_size", default: 512, in: 16...8192)
    longerSide = try reader.ints(
      from: "shortest_long_side", through: "longest_long_side", default: 320...640, in: 8...8192)
    scales = try reader.doubles("scales", default: [1, 0.5, 1.5, 2], in: .imageScale)
    reader.markInferenceOnly("scales")
    try reader.finish()
  }
}

/// The values of IRNet's inter-pixel relation stage.
///
/// Defaults are those of `jiwoon-ahn/irn run_sample.py`, `step/cam_to_ir_label.py`,
/// `step/train_irn.py` and `step/make_sem_seg_labels.py`.
struct RelationConfiguration: Sendable {
  /// The network whose features boundaries and displacements are read from.
  var backbone: BackboneKind
  /// A file of pretrained weights for the backbone, empty for random weights.
  var weights: String
  /// How samples become values of the network, a choice for VGG-16 only.
  var input: InputNormalization
  /// Whether the backbone is trained too; sensible only for random weights.
  var trainsBackbone: Bool
  /// The background score above which a pixel's class must be to count as surely foreground.
  var foregroundThreshold: Double
  /// The background score below which all classes must be to count as surely background.
  var backgroundThreshold: Double
  /// The dense CRF that sharpens both foregrounds.
  var labelCRF: DenseCRFParameters
  /// The number of images of a batch.
  var batchSize: Int
  /// The number of passes over the training set.
  var epochs: Int
  /// The learning rate of the boundary branch.
  var rate: Double
  /// By how much the displacement branch learns faster.
  var displacementRateMultiplier: Double
  /// The L2 penalty.
  var weightDecay: Double
  /// What applies the gradients.
  var optimizer: OptimizerChoice
  /// SGD's momentum; see ``ActivationConfiguration/momentum``.
  var momentum: Double
  /// The power of the poly schedule.
  var power: Double
  /// The side of the square training crop, in pixels, a multiple of 4.
  var cropSize: Int
  /// The range of random scales of training images.
  var scales: ClosedRange<Double>
  /// The radius of pixel pairs in training, in steps of the map.
  var trainingRadius: Int
  /// Whether the mean displacement is measured after training.
  ///
  /// It takes one more pass over the images; only instance segmentation with the weights needs it.
  var measuresMeanDisplacement: Bool
  /// The radius of steps of the random walk, in steps of the map.
  var walkRadius: Int
  /// The power that affinities are raised to.
  var affinityExponent: Int
  /// The walk has two to the power of this many steps.
  var walkDoublings: Int
  /// The constant score of the background in the pseudo-mask.
  var maskBackgroundScore: Double
  /// The least side that images are padded to at inference, in pixels.
  var paddedSize: Int

  init(_ reader: ConfigurationReader) throws {
    backbone = try reader.choice("backbone", default: BackboneKind.resNet50)
    weights = try reader.path("weights") ?? ""
    input = try InputNormalization(reader, for: backbone)
    trainsBackbone = try reader.bool("trains_backbone", default: weights.isEmpty)
    foregroundThreshold = try reader.double("foreground_threshold", default: 0.30, in: 0...1)
    backgroundThreshold = try reader.double("background_threshold", default: 0.05, in: 0...1)
    labelCRF = try reader.crf(prefix: "label_crf", default: .irnLabels)
    batchSize = try reader.int("batch_size", default: 32, in: 1...4096)
    epochs = try reader.int("epochs", default: 3, in: 1...10_000)
    rate = try reader.double("rate", default: 0.1, in: .positive)
    displacementRateMultiplier = try reader.double(
      "displacement_rate_multiplier", default: 10, in: .positive)
    weightDecay = try reader.double("weight_decay", default: 1e-4, in: .notNegative)
    optimizer = try reader.choice("optimizer", default: OptimizerChoice.sgd)
    momentum = try reader.double("momentum", default: 1e-4, in: .momentum)
    power = try reader.double("power", default: 0.9, in: .positive)
    cropSize = try reader.int("crop_size", default: 512, in: 16...8192)
    guard cropSize.isMultiple(of: 4) else {
      throw reader.error("crop_size", expected: "a multiple of 4")
    }
    scales = try reader.doubles(
      from: "smallest_scale", through: "largest_scale", default: 0.5...1.5, in: .imageScale)
    trainingRadius = try reader.int("training_radius", default: 10, in: 2...64)
    let smallestCrop =
      BoundaryDisplacementNetwork.stride * PixelPairs.smallestSide(radius: trainingRadius)
    guard cropSize >= smallestCrop else {
      let radius = "'\(reader.fullKey("training_radius"))', \(trainingRadius)"
      throw reader.error(
        "crop_size",
        expected: "at least \(smallestCrop) for the pairs of \(radius); raise the one or lower the "
          + "other")
    }
    measuresMeanDisplacement = try reader.bool("measures_mean_displacement", default: false)
    walkRadius = try reader.int("walk_radius", default: 5, in: 2...64)
    affinityExponent = try reader.int("affinity_exponent", default: 10, in: 1...100)
    walkDoublings = try reader.int("walk_doublings", default: 8, in: 0...16)
    maskBackgroundScore = try reader.double("mask_background_score", default: 0.25, in: 0...1)
    paddedSize = try reader.int("padded_size", default: 512, in: 16...8192)
    guard paddedSize.isMultiple(of: 16) else {
      throw reader.error("padded_size", expected: "a multiple of 16")
    }
    reader.markInferenceOnly(
      "walk_radius", "affinity_exponent", "walk_doublings", "mask_background_score", "padded_size")
    try reader.finish()
  }
}
