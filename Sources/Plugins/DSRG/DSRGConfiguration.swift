import CoreAPI
import Imaging
import Networks
import Tensors

/// The values of DSRG as expander, and as segmenter of the same training.
///
/// Defaults are those of the public code, `speedinghzl/DSRG@91efdf7d training/experiment/seed_mc/`.
struct DSRGConfiguration: Sendable {
  /// The network.
  var network: NetworkConfiguration
  /// The share of a class's largest score that a cue of the class exceeds.
  var cueThreshold: Double
  /// Where the cues of the background come from.
  var background: BackgroundCueConfiguration
  /// The first training, on growing cues.
  var growing: GrowingConfiguration
  /// The second training, on the first one's predictions.
  var retraining: RetrainingConfiguration
  /// How images are predicted.
  var inference: InferenceConfiguration

  init(_ reader: ConfigurationReader) throws {
    network = try NetworkConfiguration(reader)
    cueThreshold = try reader.double("cue_threshold", default: 0.2, in: 0...1)
    // A classifier of its own beside the ResNet expects what its own weights do.
    background = try BackgroundCueConfiguration(
      reader, input: network.backbone.kind == nil ? .init(for: .vgg16) : network.input)
    growing = try GrowingConfiguration(reader)
    retraining = try RetrainingConfiguration(reader, keyPrefix: "retraining_")
    inference = try InferenceConfiguration(reader)
    // The second training learns from masks that sizes and CRF decide over.
    reader.markInferenceOnly("prediction_scales")
    try reader.finish()
  }
}

/// The values of DSRG as a segmenter behind another method's expander.
struct DSRGSegmenterConfiguration: Sendable {
  /// The network.
  var network: NetworkConfiguration
  /// The training.
  var training: RetrainingConfiguration
  /// How images are predicted.
  var inference: InferenceConfiguration

  init(_ reader: ConfigurationReader) throws {
    network = try NetworkConfiguration(reader)
    training = try RetrainingConfiguration(reader, keyPrefix: "")
    inference = try InferenceConfiguration(reader)
    reader.markInferenceOnly("prediction_sizes", "prediction_scales")
    reader.markCRFInferenceOnly()
    try reader.finish()
  }
}

/// The segmentation network.
struct NetworkConfiguration: Sendable {
  /// The network below the branches.
  var backbone: DSRGBackbone
  /// A file of pretrained weights, empty for random weights.
  var weights: String
  /// The number of front stages that are not trained.
  var frozenStages: Int
  /// How samples become values of the network.
  var input: InputNormalization
  /// The dilation of every branch.
  var dilations: [Int]
  /// The number of channels of fc6 and fc7, which VGG-16 has.
  var headWidth: Int

  init(_ reader: ConfigurationReader) throws {
    backbone = try reader.choice("backbone", default: DSRGBackbone.vgg16)
    weights = try reader.path("weights") ?? ""
    frozenStages = try reader.int("frozen_stages", default: 0, in: 0...backbone.stageCount)
    input = try reader.choice(
      "input",
      default: backbone == .vgg16 || backbone == .resNet101
        ? InputNormalization.caffe : .imageNet)
    dilations = try reader.ints("dilations", default: [6, 12, 18, 24], in: .between(1...100))
    headWidth = try reader.int("head_width", default: 1024, in: 1...65536)
  }
}

/// DSRG's first training: `train-s.prototxt`, `solver-s.prototxt`.
struct GrowingConfiguration: Sendable {
  /// The size that training images are warped to.
  var inputSize: ImageSize
  /// The number of images of a batch.
  var batchSize: Int
  /// The number of optimizer steps.
  var steps: Int
  /// The first learning rate.
  var rate: Double
  /// The factor of the rate after every interval.
  var rateFactor: Double
  /// The number of steps between two changes of the rate.
  var rateInterval: Int
  /// How gradients become steps.
  var optimization: OptimizationConfiguration
  /// The probability above which a pixel is a candidate of a foreground class.
  var foregroundThreshold: Double
  /// The probability above which a pixel is a candidate of the background.
  var backgroundThreshold: Double
  /// By how much the photograph is larger than the network's map, for the CRF's kernels.
  var crfScale: Double
  /// Whether the boundary loss's gradient passes around the CRF, as in the reference.
  var passesThroughCRF: Bool

  init(_ reader: ConfigurationReader) throws {
    let side = try reader.int("input_size", default: 321, in: 16...8192)
    inputSize = ImageSize(width: side, height: side)
    batchSize = try reader.int("batch_size", default: 20, in: 1...4096)
    steps = try reader.int("steps", default: 8000, in: 1...10_000_000)
    rate = try reader.double("rate", default: 5e-4, in: .positive)
    rateFactor = try reader.double("rate_factor", default: 0.33, in: 0...1)
    rateInterval = try reader.int("rate_interval", default: 1000, in: 1...10_000_000)
    optimization = try OptimizationConfiguration(reader, keyPrefix: "")
    foregroundThreshold = try reader.double("foreground_threshold", default: 0.85, in: 0...1)
    backgroundThreshold = try reader.double("background_threshold", default: 0.99, in: 0...1)
    crfScale = try reader.double("crf_scale", default: 12, in: .positive)
    passesThroughCRF = try reader.bool("passes_through_crf", default: true)
  }
}

/// DSRG's second training: `train-f.prototxt`, `solver-f.prototxt`.
struct RetrainingConfiguration: Sendable {
  /// The side of the square training crop, in pixels.
  var cropSize: Int
  /// The number of images of a batch.
  var batchSize: Int
  /// The number of optimizer steps, 0 for no second training.
  var steps: Int
  /// The first learning rate.
  var rate: Double
  /// The power of the poly schedule.
  var power: Double
  /// How gradients become steps.
  var optimization: OptimizationConfiguration

  /// Reads the values, whose names begin with `keyPrefix`.
  init(_ reader: ConfigurationReader, keyPrefix: String) throws {
    cropSize = try reader.int("\(keyPrefix)crop_size", default: 321, in: 16...8192)
    batchSize = try reader.int("\(keyPrefix)batch_size", default: 10, in: 1...4096)
    steps = try reader.int(
      "\(keyPrefix)steps", default: 20_000, in: (keyPrefix.isEmpty ? 1 : 0)...10_000_000)
    rate = try reader.double("\(keyPrefix)rate", default: 1e-3, in: .positive)
    power = try reader.double("\(keyPrefix)power", default: 0.9, in: .positive)
    optimization = try OptimizationConfiguration(reader, keyPrefix: keyPrefix)
  }
}

/// How gradients become steps.
struct OptimizationConfiguration: Sendable {
  /// By how much the last layers learn faster.
  var headRateMultiplier: Double
  /// The L2 penalty of weights.
  var weightDecay: Double
  /// What applies the gradients.
  var optimizer: OptimizerChoice
  /// SGD's momentum, in Caffe's form.
  var momentum: Double

  init(_ reader: ConfigurationReader, keyPrefix: String) throws {
    headRateMultiplier = try reader.double(
      "\(keyPrefix)head_rate_multiplier", default: 10, in: .positive)
    weightDecay = try reader.double("\(keyPrefix)weight_decay", default: 5e-4, in: .notNegative)
    optimizer = try reader.choice("\(keyPrefix)optimizer", default: OptimizerChoice.sgd)
    momentum = try reader.double("\(keyPrefix)momentum", default: 0.9, in: .momentum)
  }

  /// Returns the optimizer of one network's parameters; those without a gradient stay as they are.
  ///
  /// - Parameters:
  ///   - store: Where the parameters are.
  ///   - prefix: The network's path.
  /// - Returns: The optimizer, at rest.
  func makeOptimizer(of store: ParameterStore, at prefix: String) -> any Optimizer {
    optimizer.make(
      groups: store.weightAndBiasGroups(
        headPrefixes: ["fc8-SEC_", "aspp."].map { "\(prefix).\($0)" },
        headRateMultiplier: headRateMultiplier, weightDecay: weightDecay), momentum: momentum,
      form: .caffe)
  }
}

/// How images are predicted: `tools/test-ms.py`, `tools/test-ms-f.py`.
struct InferenceConfiguration: Sendable {
  /// The sides of the squares that a training image is warped to for its pseudo-mask, in pixels.
  var trainingSizes: [Int]
  /// The scales at which any other image is seen.
  var scales: [Double]
  /// The dense CRF that sharpens predictions, if there is one.
  var crf: DenseCRFParameters?

  init(_ reader: ConfigurationReader) throws {
    trainingSizes = try reader.ints(
      "prediction_sizes", default: [241, 321, 401], in: .between(16...8192))
    scales = try reader.doubles("prediction_scales", default: [0.75, 1, 1.25], in: .imageScale)
    crf = try reader.optionalCRF(isUsed: true, default: .secInference)
  }
}
