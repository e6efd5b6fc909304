import CoreAPI
import Imaging
import Networks

/// The network below DeepLab's head.
enum DeepLabBackbone: String, CaseIterable, Sendable {
  /// The dilated ResNet-101 of DeepLab-v2.
  case resNet101 = "resnet101"
  /// The dilated ResNet-50 of the same wiring.
  case resNet50 = "resnet50"
  /// MobileNetV2, output stride 16.
  case mobileNetV2 = "mobilenetv2"
  /// The tiny net, output stride 4.
  case tiny

  /// The number of stages that can be frozen.
  var freezableStages: Int {
    switch self {
    case .resNet101, .resNet50: 0
    case .mobileNetV2: BackboneKind.mobileNetV2.stageCount
    case .tiny: BackboneKind.tiny.stageCount
    }
  }
}

/// The values of DeepLab-v2.
///
/// Defaults are those of `kazuto1011/deeplab-pytorch configs/voc12.yaml`.
struct DeepLabConfiguration: Sendable {
  /// The network below the head.
  var backbone: DeepLabBackbone
  /// A file of pretrained weights, empty for random weights.
  var weights: String
  /// The number of front stages of a light backbone that are not trained; ResNets are trained whole.
  var frozenStages: Int
  /// The dilations of the parallel convolutions of the head.
  var dilations: [Int]
  /// The scales that the network sees besides the full one; the scores' maximum counts.
  var pyramid: [Double]
  /// The number of images of a batch.
  var batchSize: Int
  /// The number of batches of one optimizer step.
  var accumulation: Int
  /// The number of optimizer steps.
  var steps: Int
  /// The learning rate of the backbone.
  var rate: Double
  /// By how much the head's weights learn faster; its biases learn twice that.
  var headRateMultiplier: Double
  /// The L2 penalty of weights.
  var weightDecay: Double
  /// What applies the gradients.
  var optimizer: OptimizerChoice
  /// SGD's momentum.
  var momentum: Double
  /// The power of the poly schedule.
  var power: Double
  /// The number of steps between two changes of the learning rate.
  var rateInterval: Int
  /// The side of the square training crop, in pixels.
  var cropSize: Int
  /// The scales of training images.
  var scales: [Double]
  /// The dense CRF that sharpens predictions, if there is one.
  var crf: DenseCRFParameters?

  init(_ reader: ConfigurationReader) throws {
    backbone = try reader.choice("backbone", default: DeepLabBackbone.resNet101)
    weights = try reader.path("weights") ?? ""
    frozenStages = try reader.int("frozen_stages", default: 0, in: 0...6)
    guard frozenStages <= backbone.freezableStages else {
      throw reader.error(
        "frozen_stages",
        expected: "at most \(backbone.freezableStages) with the backbone \(backbone.rawValue)")
    }
    dilations = try reader.ints("dilations", default: [6, 12, 18, 24], in: .between(1...100))
    pyramid = try reader.doubles(
      "pyramid", default: [0.5, 0.75], in: .imageScale, allowsEmpty: true)
    batchSize = try reader.int("batch_size", default: 5, in: 1...4096)
    accumulation = try reader.int("accumulation", default: 2, in: 1...4096)
    steps = try reader.int("steps", default: 20_000, in: 1...10_000_000)
    rate = try reader.double("rate", default: 2.5e-4, in: .positive)
    headRateMultiplier = try reader.double("head_rate_multiplier", default: 10, in: .positive)
    weightDecay = try reader.double("weight_decay", default: 5e-4, in: .notNegative)
    optimizer = try reader.choice("optimizer", default: OptimizerChoice.sgd)
    momentum = try reader.double("momentum", default: 0.9, in: .momentum)
    power = try reader.double("power", default: 0.9, in: .positive)
    rateInterval = try reader.int("rate_interval", default: 10, in: 1...1_000_000)
    cropSize = try reader.int("crop_size", default: 321, in: 16...8192)
    scales = try reader.doubles("scales", default: [0.5, 0.75, 1, 1.25, 1.5], in: .imageScale)
    crf = try reader.optionalCRF(isUsed: false, default: .deepLabV2)
    reader.markCRFInferenceOnly()
    try reader.finish()
  }
}
