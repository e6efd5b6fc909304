public import CoreAPI

/// The values of the CAM network of SEC and DSRG.
///
/// The network is published; its training is not. Learning rate, momentum and decay are those of
/// SEC's segmentation network; augmentation and length are ours.
public struct ActivationSeedConfiguration: Sendable {
  /// The network below the head.
  public var backbone: BackboneKind
  /// A file of pretrained weights for the backbone, empty for random weights.
  public var weights: String
  /// How samples become values of the network.
  public var input: InputNormalization
  /// The number of channels of fc6 and fc7.
  public var headWidth: Int
  /// The share of fc6's and fc7's outputs that is dropped in training.
  public var dropout: Double
  /// The number of front stages that get no gradient.
  public var frozenStages: Int
  /// The number of images of a batch.
  public var batchSize: Int
  /// The number of passes over the training set.
  public var epochs: Int
  /// The learning rate of the backbone's weights; biases learn twice as fast.
  public var rate: Double
  /// By how much the head learns faster.
  public var headRateMultiplier: Double
  /// The L2 penalty of weights.
  public var weightDecay: Double
  /// What applies the gradients.
  public var optimizer: OptimizerChoice
  /// SGD's momentum.
  public var momentum: Double
  /// The power of the poly schedule.
  public var power: Double
  /// The side of the square training crop, in pixels.
  public var cropSize: Int
  /// The range that the longer side of a training image is resized to, in pixels.
  public var longerSide: ClosedRange<Int>
  /// The side of the square that images are warped to for their maps, in pixels.
  public var inputSize: Int
  /// The scales of inference; SEC has the single scale 1.
  public var scales: [Double]

  /// Reads the section of a seed generator.
  ///
  /// - Parameter reader: The section.
  /// - Throws: `ConfigurationError` if a value is out of range or a name is unknown.
  public init(_ reader: ConfigurationReader) throws {
    backbone = try reader.choice("backbone", default: BackboneKind.vgg16)
    weights = try reader.path("weights") ?? ""
    input = try reader.choice("input", default: InputNormalization(for: backbone))
    headWidth = try reader.int("head_width", default: 1024, in: 1...65_536)
    dropout = try reader.double("dropout", default: 0.5, in: 0...0.95)
    frozenStages = try reader.int("frozen_stages", default: 0, in: 0...4)
    batchSize = try reader.int("batch_size", default: 15, in: 1...4096)
    epochs = try reader.int("epochs", default: 10, in: 1...10_000)
    rate = try reader.double("rate", default: 1e-3, in: .positive)
    headRateMultiplier = try reader.double("head_rate_multiplier", default: 10, in: .positive)
    weightDecay = try reader.double("weight_decay", default: 5e-4, in: .notNegative)
    optimizer = try reader.choice("optimizer", default: OptimizerChoice.sgd)
    momentum = try reader.double("momentum", default: 0.9, in: .momentum)
    power = try reader.double("power", default: 0.9, in: .positive)
    cropSize = try reader.int("crop_size", default: 321, in: 16...8192)
    longerSide = try reader.ints(
      from: "shortest_long_side", through: "longest_long_side", default: 256...512, in: 8...8192)
    inputSize = try reader.int("input_size", default: 321, in: 16...8192)
    scales = try reader.doubles("scales", default: [1], in: .imageScale)
    reader.markInferenceOnly("input_size", "scales")
    try reader.finish()
  }
}
