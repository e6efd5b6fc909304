public import Imaging

/// A part that turns seeds into localization cues before it trains on them, such as SEC and DSRG.
///
/// `conta cues` asks for them, to write the public cue file.
public protocol CueMaker: TrainablePart {
  /// The size of the grid of cues.
  var gridSize: ImageSize { get }
  /// The file whose cues the part learns from, nil if it makes them.
  ///
  /// Where there is a file, the methods below are not called.
  var givenCues: String? { get }
  /// Trains what ``cues(from:of:id:)`` needs besides the seed.
  ///
  /// - Parameters:
  ///   - set: The images and their labels.
  ///   - environment: Seed, device, progress, and a folder that survives interruptions.
  /// - Throws: An error of the data set or of the tensor engine.
  func prepareCues(on set: TrainingSet, in environment: TrainingEnvironment) throws
  /// Returns the cues of one image.
  ///
  /// - Parameters:
  ///   - seed: The image's seed.
  ///   - image: The image.
  ///   - id: Its identifier.
  /// - Returns: Cues of ``gridSize``.
  /// - Throws: An error of the tensor engine, or one that names a missing file.
  func cues(from seed: Seed, of image: RGBImage, id: String) throws -> LocalizationCues
}

extension CueMaker {
  /// None: the part makes its cues.
  public var givenCues: String? { nil }
}
