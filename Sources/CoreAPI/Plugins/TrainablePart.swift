public import TensorFiles
public import Tensors

/// What the three roles have in common: learned parameters and a record of what they learned from.
public protocol TrainablePart: AnyObject {
  /// Every learned or stored tensor of the part, saved and restored by the harness between stages.
  var parameters: ParameterStore { get }
  /// The supervision that entered besides the training set: pretrained weights, thresholds chosen
  /// by hand, saliency maps. Recorded in `supervision.json`.
  ///
  /// Stages are found again by these hashes, not by paths: a file that is read but not recorded
  /// here would go unnoticed when it changes.
  var supervision: [SupervisionRecord] { get }
  /// The size of a batch in each of its trainings, which several processes share; empty for a part
  /// that does not train.
  var batchSizes: [Int] { get }
  /// The number of samples of one training step, the fewest that a training set may have; the
  /// largest of ``batchSizes`` unless the part accumulates gradients.
  var samplesPerStep: Int { get }
  /// Checks the files that the part reads for images, as far as that takes seconds; a part that
  /// reads none has nothing to check.
  ///
  /// - Parameter images: Every image that the part will be asked about.
  /// - Throws: An error that names the first file that is missing or cannot be used.
  func checkFiles(for images: TrainingSet) throws
  /// Checks the files that only training reads, such as saliency maps, as far as that takes
  /// seconds; a part whose training reads none has nothing to check.
  ///
  /// - Parameter set: The images that the part will be trained on.
  /// - Throws: An error that names the first file that is missing or cannot be used.
  func checkTrainingFiles(for set: TrainingSet) throws
}

extension TrainablePart {
  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public var batchSizes: [Int] { [] }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public var samplesPerStep: Int { batchSizes.max() ?? 1 }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func checkFiles(for images: TrainingSet) throws {}

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func checkTrainingFiles(for set: TrainingSet) throws {}
}

/// One source of knowledge besides the training set.
public struct SupervisionRecord: Sendable, Equatable, Codable {
  /// What it is, for example "weights" or "threshold".
  public var kind: String
  /// Which part used it and how.
  public var use: String
  /// Its value or the file it came from.
  public var source: String
  /// The SHA-256 of the file, nil for a plain value.
  public var hash: String?

  /// Creates a record.
  ///
  /// - Parameters:
  ///   - kind: What it is.
  ///   - use: Which part used it and how.
  ///   - source: Its value or the file it came from.
  ///   - hash: The SHA-256 of the file, nil for a plain value.
  public init(kind: String, use: String, source: String, hash: String? = nil) {
    self.kind = kind
    self.use = use
    self.source = source
    self.hash = hash
  }

  /// Creates the record of a file of pretrained weights.
  ///
  /// - Parameters:
  ///   - contents: What was read from the file.
  ///   - use: Which part used it and how.
  /// - Returns: The record with the file's SHA-256.
  public static func weights(_ contents: WeightFileContents, use: String) -> SupervisionRecord {
    SupervisionRecord(kind: "weights", use: use, source: contents.path, hash: contents.sha256)
  }
}
