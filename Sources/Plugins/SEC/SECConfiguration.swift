import CoreAPI
import Imaging
import Networks

/// The values of SEC's segmentation network, the expander and segmenter `sec`.
///
/// Defaults are those of `kolesman/SEC@c78419059f training/train.prototxt`, `solver.prototxt`,
/// `pylayers/pylayers/pylayers.py` and `deploy/demo.py`.
struct SECConfiguration: Sendable {
  /// The network below the head.
  var backbone: BackboneKind
  /// A file of pretrained weights, empty for random weights.
  var weights: String
  /// The number of front stages that are not trained.
  var frozenStages: Int
  /// How samples become values of the network.
  var input: InputNormalization
  /// The side of the square that images are warped to, in pixels.
  var inputSize: Int
  /// The number of channels of fc6 and fc7.
  var headWidth: Int
  /// The dilation of fc6.
  var dilation: Int
  /// The share of fc6's and fc7's outputs that is dropped in training.
  var dropout: Double
  /// The number of images of a batch.
  var batchSize: Int
  /// The number of optimizer steps.
  var steps: Int
  /// The learning rate of weights; biases learn twice as fast.
  var rate: Double
  /// By how much new layers learn faster: fc8, and on backbones other than VGG-16 also fc6 and fc7.
  var headRateMultiplier: Double
  /// The factor of the rate after every interval.
  var rateFactor: Double
  /// The number of steps between two changes of the rate.
  var rateInterval: Int
  /// The L2 penalty of weights.
  var weightDecay: Double
  /// What applies the gradients.
  var optimizer: OptimizerChoice
  /// SGD's momentum.
  var momentum: Double
  /// The probability that a training image is mirrored; SEC does not mirror.
  var flipProbability: Double
  /// Where cues come from; nil behind another expander, whose masks take their place.
  var cues: SECCueConfiguration?
  /// The decay of ranks of present classes in the expansion loss, for a grid of 41×41.
  var foregroundDecay: Double
  /// The decay of ranks of the background in the expansion loss, for a grid of 41×41.
  var backgroundDecay: Double
  /// How many times smaller the CRF's kernels are in the loss than in the published setting.
  var crfScale: Double
  /// The dense CRF that sharpens predictions, if there is one, before ``crfTestScale``.
  var crf: DenseCRFParameters?
  /// How many times smaller that CRF's kernels are than in the published setting.
  var crfTestScale: Double

  /// Reads the section of the expander or of the segmenter.
  ///
  /// - Parameters:
  ///   - reader: The section.
  ///   - hasCues: Whether the network learns from cues, as the expander does.
  /// - Throws: `ConfigurationError` for values of another type or range and for unknown names.
  init(_ reader: ConfigurationReader, hasCues: Bool = true) throws {
    backbone = try reader.choice("backbone", default: BackboneKind.vgg16)
    weights = try reader.path("weights") ?? ""
    frozenStages = try reader.int("frozen_stages", default: 0, in: 0...backbone.stageCount)
    input = try reader.choice("input", default: InputNormalization(for: backbone))
    inputSize = try reader.int("input_size", default: 321, in: 16...8192)
    headWidth = try reader.int("head_width", default: 1024, in: 1...65_536)
    dilation = try reader.int("dilation", default: 12, in: 1...64)
    dropout = try reader.double("dropout", default: 0.5, in: 0...0.95)
    batchSize = try reader.int("batch_size", default: 15, in: 1...4096)
    steps = try reader.int("steps", default: 8000, in: 1...10_000_000)
    rate = try reader.double("rate", default: 1e-3, in: .positive)
    headRateMultiplier = try reader.double("head_rate_multiplier", default: 10, in: .positive)
    rateFactor = try reader.double("rate_factor", default: 0.1, in: .positive)
    rateInterval = try reader.int("rate_interval", default: 2000, in: 1...10_000_000)
    weightDecay = try reader.double("weight_decay", default: 5e-4, in: .notNegative)
    optimizer = try reader.choice("optimizer", default: OptimizerChoice.sgd)
    momentum = try reader.double("momentum", default: 0.9, in: .momentum)
    flipProbability = try reader.double("flip_probability", default: 0, in: 0...1)
    cues = hasCues ? try SECCueConfiguration(reader, input: input) : nil
    foregroundDecay = try reader.double("foreground_decay", default: 0.996, in: 0...1)
    backgroundDecay = try reader.double("background_decay", default: 0.999, in: 0...1)
    crfScale = try reader.double("crf_scale", default: 12, in: .positive)
    crf = try reader.optionalCRF(isUsed: true, default: .secInference)
    crfTestScale = try reader.double("crf_test_scale", default: 1, in: .positive)
    reader.markCRFInferenceOnly()
    reader.markInferenceOnly("crf_test_scale")
    try reader.finish()
  }

  /// The size that images are warped to.
  var inputImageSize: ImageSize { ImageSize(width: inputSize, height: inputSize) }
}
