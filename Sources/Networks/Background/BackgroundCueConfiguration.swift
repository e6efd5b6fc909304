public import CoreAPI

/// Where the background cues of SEC and DSRG come from, and the values of their classifier.
///
/// The keys stand in the section of the part that needs the cues.
public struct BackgroundCueConfiguration: Sendable {
  /// Where background cues come from.
  public enum Source: String, CaseIterable, Sendable {
    /// The least salient cells of a classifier's gradients, as in SEC.
    case gradient
    /// The cells at which every class activation map is lowest; nothing is trained.
    case activation
    /// A folder of saliency maps, as in DSRG.
    case maps
  }

  /// Where background cues come from.
  public var source: Source
  /// The share of the cells that become background cues.
  public var share: Double
  /// A folder with a gray PNG `<id>.png` for every image, bright where it is salient.
  public var maps: String
  /// The brightness below which a cell of such a map is background, in `0...1`.
  public var mapThreshold: Double
  /// A file of pretrained weights for the classifier's backbone, empty for random weights.
  public var weights: String
  /// How samples become values of the classifier, which its weights decide.
  public var input: InputNormalization
  /// The number of front stages of the classifier's backbone that are not trained.
  public var frozenStages: Int
  /// The number of channels of the classifier's fc6 and fc7.
  public var headWidth: Int
  /// The number of images of a batch.
  public var batchSize: Int
  /// The number of passes over the training set.
  public var epochs: Int
  /// The learning rate of the backbone.
  public var rate: Double
  /// By how much the head learns faster than the backbone.
  public var headRateMultiplier: Double
  /// The L2 penalty of weights.
  public var weightDecay: Double
  /// SGD's momentum.
  public var momentum: Double
  /// What applies the gradients.
  public var optimizer: OptimizerChoice

  /// Reads the keys that begin with `background`.
  ///
  /// SEC's share of a tenth is published, the training of its classifier is not.
  ///
  /// - Parameters:
  ///   - reader: The section of the part.
  ///   - input: How samples become values of the classifier unless the section says.
  /// - Throws: `ConfigurationError` if a value is out of range, or if a folder of maps is named but
  ///   not wanted or the other way round.
  public init(_ reader: ConfigurationReader, input: InputNormalization) throws {
    source = try reader.choice("background", default: Source.gradient)
    share = try reader.double("background_share", default: 0.1, in: 0...1)
    maps = try reader.path("background_maps") ?? ""
    mapThreshold = try reader.double("background_map_threshold", default: 0.06, in: 0...1)
    weights = try reader.path("background_weights") ?? ""
    self.input = try reader.choice("background_input", default: input)
    frozenStages = try reader.int("background_frozen_stages", default: 0, in: 0...4)
    headWidth = try reader.int("background_head_width", default: 1024, in: 1...65_536)
    batchSize = try reader.int("background_batch_size", default: 15, in: 1...4096)
    epochs = try reader.int("background_epochs", default: 10, in: 1...10_000)
    rate = try reader.double("background_rate", default: 1e-3, in: .positive)
    headRateMultiplier = try reader.double(
      "background_head_rate_multiplier", default: 10, in: .positive)
    weightDecay = try reader.double("background_weight_decay", default: 5e-4, in: .notNegative)
    momentum = try reader.double("background_momentum", default: 0.9, in: .momentum)
    optimizer = try reader.choice("background_optimizer", default: OptimizerChoice.sgd)
    guard source != .maps || !maps.isEmpty else {
      throw reader.error(
        "background_maps", expected: "a folder of saliency maps, which 'background: maps' needs")
    }
    guard source == .maps || maps.isEmpty else {
      throw reader.error(
        "background_maps", expected: "no folder unless 'background' is 'maps'")
    }
  }
}
