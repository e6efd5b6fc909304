public import CoreAPI

/// How a number was measured; numbers of different protocols do not belong into one column.
public struct EvaluationProtocol: Codable, Equatable, Sendable {
  /// The data set's name.
  public var dataset: String
  /// The split that was scored, for example "train" or "val".
  public var split: String
  /// The number of images scored.
  public var imageCount: Int
  /// The names of the classes, the background first.
  public var classes: [String]
  /// How the background threshold was chosen.
  public var threshold: ThresholdProtocol
  /// Which classes the mean is taken over.
  public var mean: MeanIoU
  /// What a prediction of 255 counts as; ground truth 255 is never counted.
  public var ignoredPrediction: ConfusionMatrix.IgnoredPrediction

  /// Creates a protocol.
  ///
  /// - Parameters:
  ///   - dataset: The data set's name.
  ///   - split: The split that was scored.
  ///   - imageCount: The number of images scored.
  ///   - classes: The names of the classes, the background first.
  ///   - threshold: How the background threshold was chosen.
  ///   - mean: Which classes the mean is taken over.
  ///   - ignoredPrediction: What a prediction of 255 counts as.
  public init(
    dataset: String, split: String, imageCount: Int, classes: [String],
    threshold: ThresholdProtocol = .none, mean: MeanIoU = .presentClasses,
    ignoredPrediction: ConfusionMatrix.IgnoredPrediction = .background
  ) {
    self.dataset = dataset
    self.split = split
    self.imageCount = imageCount
    self.classes = classes
    self.threshold = threshold
    self.mean = mean
    self.ignoredPrediction = ignoredPrediction
  }
}

/// How a background threshold was chosen.
public struct ThresholdProtocol: Codable, Equatable, Sendable {
  /// The ways of choosing a threshold.
  public enum Kind: String, Codable, Sendable {
    /// There is no threshold: the masks are scored as they are.
    case none
    /// Given in advance.
    case fixed
    /// Chosen on the ground truth that is scored, as most papers do.
    case oracle
    /// Chosen on the ground truth of images that are not scored.
    case heldOut = "heldout"
  }

  /// How it was chosen.
  public let kind: Kind
  /// The threshold, nil for ``Kind/none``.
  public let value: Double?
  /// The number of images it was chosen on, nil unless ``Kind/heldOut``.
  public let imageCount: Int?

  /// No threshold.
  public static let none = ThresholdProtocol(kind: .none, value: nil, imageCount: nil)

  /// A threshold given in advance.
  ///
  /// - Parameter value: The threshold.
  /// - Returns: The protocol.
  public static func fixed(_ value: Double) -> Self {
    Self(kind: .fixed, value: value, imageCount: nil)
  }

  /// The best threshold on the ground truth that is scored.
  ///
  /// - Parameter value: The threshold.
  /// - Returns: The protocol.
  public static func oracle(_ value: Double) -> Self {
    Self(kind: .oracle, value: value, imageCount: nil)
  }

  /// The best threshold on other images with ground truth.
  ///
  /// - Parameters:
  ///   - value: The threshold.
  ///   - imageCount: The number of those images.
  /// - Returns: The protocol.
  public static func heldOut(_ value: Double, imageCount: Int) -> Self {
    Self(kind: .heldOut, value: value, imageCount: imageCount)
  }

  /// The protocol without the value, by which numbers may stand in one column.
  public var name: String {
    kind == .heldOut ? "heldout-\(imageCount ?? 0)" : kind.rawValue
  }
}
