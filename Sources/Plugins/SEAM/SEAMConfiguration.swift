import CoreAPI
import Networks

/// The values of SEAM.
///
/// Defaults are those of `YudeWang/SEAM train_SEAM.py` and `infer_SEAM.py`.
struct SEAMConfiguration: Sendable {
  /// The classifier's network.
  var backbone: BackboneKind
  /// A file of pretrained weights for the backbone, empty for random weights.
  var weights: String
  /// How samples become values of the network, a choice for VGG-16 only.
  var input: InputNormalization
  /// The number of front stages that get no gradient.
  var frozenStages: Int
  /// The share of channels that is dropped in front of the classifier.
  var dropout: Double
  /// The number of images of a batch.
  var batchSize: Int
  /// The number of passes over the training set.
  var epochs: Int
  /// The learning rate of the backbone.
  var rate: Double
  /// By how much the new layers learn faster than the backbone.
  var headRateMultiplier: Double
  /// The L2 penalty of weights.
  var weightDecay: Double
  /// What applies the gradients.
  var optimizer: OptimizerChoice
  /// SGD's momentum.
  ///
  /// The reference passes its weight decay in this place by accident (5e-4).
  var momentum: Double
  /// The power of the poly schedule.
  var power: Double
  /// The side of the square training crop, in pixels.
  var cropSize: Int
  /// The range that the longer side of a training image is resized to, in pixels.
  var longerSide: ClosedRange<Int>
  /// Whether the colours of training images are changed at random.
  var jittersColors: Bool
  /// The scale of the second view.
  var smallScale: Double
  /// The share of the largest differences that the cross regularization counts.
  var hardFraction: Double
  /// Whether the loss has the min-pooling term, as in the code and not in the paper.
  var usesMinPooling: Bool
  /// The scales of inference.
  var scales: [Double]

  init(_ reader: ConfigurationReader) throws {
    backbone = try reader.choice("backbone", default: BackboneKind.resNet38)
    weights = try reader.path("weights") ?? ""
    input = try InputNormalization(reader, for: backbone)
    frozenStages = try reader.int(
      "frozen_stages", default: weights.isEmpty ? 0 : backbone.pretrainedStages,
      in: 0...backbone.stageCount)
    dropout = try reader.double("dropout", default: 0.5, in: 0...0.95)
    batchSize = try reader.int("batch_size", default: 8, in: 1...4096)
    epochs = try reader.int("epochs", default: 8, in: 1...10_000)
    rate = try reader.double("rate", default: 0.01, in: .positive)
    headRateMultiplier = try reader.double("head_rate_multiplier", default: 10, in: .positive)
    weightDecay = try reader.double("weight_decay", default: 5e-4, in: .notNegative)
    optimizer = try reader.choice("optimizer", default: OptimizerChoice.sgd)
    momentum = try reader.double("momentum", default: 5e-4, in: .momentum)
    power = try reader.double("power", default: 0.9, in: .positive)
    cropSize = try reader.int("crop_size", default: 448, in: 16...8192)
    longerSide = try reader.ints(
      from: "shortest_long_side", through: "longest_long_side", default: 448...768, in: 8...8192)
    jittersColors = try reader.bool("color_jitter", default: true)
    smallScale = try reader.double("small_scale", default: 0.3, in: 0.1...1)
    hardFraction = try reader.double("hard_fraction", default: 0.2, in: 0.01...1)
    usesMinPooling = try reader.bool("min_pooling", default: true)
    scales = try reader.doubles("scales", default: [0.5, 1, 1.5, 2], in: .imageScale)
    reader.markInferenceOnly("scales")
    try reader.finish()
  }
}
