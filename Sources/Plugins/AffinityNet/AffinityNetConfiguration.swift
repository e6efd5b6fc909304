import CoreAPI
import Imaging
import Networks

/// The values of AffinityNet.
///
/// Defaults are those that SEAM uses: `YudeWang/SEAM train_aff.py`, `infer_SEAM.py` and
/// `infer_aff.py`. PSA itself has a high exponent of 32, a rate of 0.1, a mask exponent of 16 and 8
/// doublings.
struct AffinityNetConfiguration: Sendable {
  /// The network whose features are compared.
  var backbone: BackboneKind
  /// A file of pretrained weights for the backbone, empty for random weights.
  var weights: String
  /// How samples become values of the network, a choice for VGG-16 only.
  var input: InputNormalization
  /// The number of front stages that get no gradient.
  var frozenStages: Int
  /// The number of channels of the features, a multiple of seven: the three side stages give one, two
  /// and four sevenths.
  var featureWidth: Int
  /// The exponent of the background score that leaves only sure foreground.
  var lowBackgroundExponent: Double
  /// The exponent of the background score that leaves only sure background.
  var highBackgroundExponent: Double
  /// The dense CRF that sharpens the scores before affinities are read from them.
  var labelCRF: DenseCRFParameters
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
  /// The side of the square training crop, in pixels, a multiple of 8.
  var cropSize: Int
  /// Whether the colours of training images are changed at random.
  var jittersColors: Bool
  /// The radius of pixel pairs, in steps of the map.
  var radius: Int
  /// The power that affinities are raised to.
  var affinityExponent: Int
  /// The walk has two to the power of this many steps.
  var walkDoublings: Int
  /// The exponent of the background score that walks with the maps.
  var maskBackgroundExponent: Double
  /// The dense CRF that sharpens the pseudo-mask, if there is one.
  var crf: DenseCRFParameters?

  init(_ reader: ConfigurationReader) throws {
    backbone = try reader.choice("backbone", default: BackboneKind.resNet38)
    weights = try reader.path("weights") ?? ""
    input = try InputNormalization(reader, for: backbone)
    frozenStages = try reader.int(
      "frozen_stages", default: weights.isEmpty ? 0 : backbone.pretrainedStages,
      in: 0...backbone.stageCount)
    featureWidth = try reader.int("feature_width", default: 448, in: 7...7168)
    guard featureWidth.isMultiple(of: 7) else {
      throw reader.error("feature_width", expected: "a multiple of 7")
    }
    lowBackgroundExponent = try reader.double(
      "low_background_exponent", default: 4, in: .positive)
    highBackgroundExponent = try reader.double(
      "high_background_exponent", default: 24, in: .positive)
    guard lowBackgroundExponent < highBackgroundExponent else {
      throw reader.error(
        "high_background_exponent",
        expected: "more than low_background_exponent, \(lowBackgroundExponent)")
    }
    labelCRF = try reader.crf(prefix: "label_crf", default: .seamLabels)
    batchSize = try reader.int("batch_size", default: 8, in: 1...4096)
    epochs = try reader.int("epochs", default: 8, in: 1...10_000)
    rate = try reader.double("rate", default: 0.01, in: .positive)
    headRateMultiplier = try reader.double("head_rate_multiplier", default: 10, in: .positive)
    weightDecay = try reader.double("weight_decay", default: 5e-4, in: .notNegative)
    optimizer = try reader.choice("optimizer", default: OptimizerChoice.sgd)
    momentum = try reader.double("momentum", default: 5e-4, in: .momentum)
    power = try reader.double("power", default: 0.9, in: .positive)
    // Maps of fewer than five steps have no pairs.
    cropSize = try reader.int("crop_size", default: 448, in: 40...8192)
    guard cropSize.isMultiple(of: 8) else {
      throw reader.error("crop_size", expected: "a multiple of 8")
    }
    jittersColors = try reader.bool("color_jitter", default: true)
    radius = try reader.int("radius", default: 5, in: 2...64)
    affinityExponent = try reader.int("affinity_exponent", default: 8, in: 1...100)
    walkDoublings = try reader.int("walk_doublings", default: 6, in: 0...16)
    maskBackgroundExponent = try reader.double(
      "mask_background_exponent", default: 6, in: .positive)
    var maskCRF = DenseCRFParameters.seamLabels
    maskCRF.iterationCount = 1
    crf = try reader.optionalCRF(isUsed: false, default: maskCRF)
    reader.markCRFInferenceOnly()
    reader.markInferenceOnly("affinity_exponent", "walk_doublings", "mask_background_exponent")
    try reader.finish()
  }
}
