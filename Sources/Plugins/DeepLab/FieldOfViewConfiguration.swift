import CoreAPI
import Imaging
import Networks

/// The values of DeepLab-v1.
///
/// Defaults are those of `YudeWang/semantic-segmentation-codebase experiment/seamv1-pseudovoc`, with
/// which SEAM's authors train their segmentation network.
struct FieldOfViewConfiguration: Sendable {
  /// The network below the head.
  var backbone: BackboneKind
  /// A file of pretrained weights, empty for random weights.
  var weights: String
  /// How samples become values of the network, a choice for VGG-16 only.
  var input: InputNormalization
  /// The dilation of the first convolution of the head.
  var dilation: Int
  /// The number of channels between the convolutions of the head.
  var headWidth: Int
  /// The share of the head's last features that is dropped in training.
  var dropout: Double
  /// The number of images of a batch.
  var batchSize: Int
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
  /// The share of a batch in the stored statistics of batch norm.
  var normMomentum: Double
  /// The side of the square training crop, in pixels.
  var cropSize: Int
  /// The range of random scales of training images.
  var trainingScales: ClosedRange<Double>
  /// By how many steps hue, saturation and value of training images are shifted.
  var colorShift: Int
  /// The scales of inference, each with its mirror image.
  var scales: [Double]
  /// The dense CRF that sharpens predictions, if there is one.
  var crf: DenseCRFParameters?

  init(_ reader: ConfigurationReader) throws {
    backbone = try reader.choice("backbone", default: BackboneKind.resNet38)
    weights = try reader.path("weights") ?? ""
    input = try InputNormalization(reader, for: backbone)
    dilation = try reader.int("dilation", default: 12, in: 1...100)
    headWidth = try reader.int("head_width", default: 512, in: 1...65_536)
    dropout = try reader.double("dropout", default: 0.5, in: 0...0.95)
    batchSize = try reader.int("batch_size", default: 10, in: 2...4096)
    steps = try reader.int("steps", default: 20_000, in: 1...10_000_000)
    rate = try reader.double("rate", default: 1e-3, in: .positive)
    headRateMultiplier = try reader.double("head_rate_multiplier", default: 10, in: .positive)
    weightDecay = try reader.double("weight_decay", default: 5e-4, in: .notNegative)
    optimizer = try reader.choice("optimizer", default: OptimizerChoice.sgd)
    momentum = try reader.double("momentum", default: 0.9, in: .momentum)
    power = try reader.double("power", default: 0.9, in: .positive)
    normMomentum = try reader.double("norm_momentum", default: 3e-4, in: 0...1)
    cropSize = try reader.int("crop_size", default: 448, in: 16...8192)
    trainingScales = try reader.doubles(
      from: "smallest_scale", through: "largest_scale", default: 0.5...1.5, in: .imageScale)
    colorShift = try reader.int("color_shift", default: 10, in: 0...90)
    scales = try reader.doubles(
      "scales", default: [0.5, 0.75, 1, 1.25, 1.5, 1.75], in: .imageScale)
    crf = try reader.optionalCRF(isUsed: true, default: .deepLabV1ResNet38)
    reader.markCRFInferenceOnly()
    reader.markInferenceOnly("scales")
    try reader.finish()
  }
}
