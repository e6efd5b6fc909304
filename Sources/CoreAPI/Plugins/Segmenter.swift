public import Imaging

/// A segmentation network that is trained on pseudo-masks.
///
/// # Implementation requirements
///
/// - The result has the image's size and class indices `0 ... n`, never `LabelMap.ignoreIndex`.
/// - Pixels with `LabelMap.ignoreIndex` in a pseudo-mask are not trained on.
/// - Everything said at ``SeedGenerator`` about weights, randomness and supervision.
///
/// Check a plugin with `checkSegmenterContract` from `PluginTestSupport`.
public protocol Segmenter: TrainablePart {
  /// Trains the network.
  ///
  /// - Parameters:
  ///   - set: The images and their labels.
  ///   - pseudoMasks: The pseudo-mask of every image of the set.
  ///   - environment: Seed, device, progress, and a folder that survives interruptions.
  /// - Throws: An error of the data set or of the tensor engine.
  func train(
    on set: TrainingSet, pseudoMasks: any PseudoMaskSource, in environment: TrainingEnvironment
  ) throws
  /// Returns the class of every pixel of an image.
  ///
  /// - Parameters:
  ///   - image: Any image; no labels are given.
  ///   - environment: Device and precision.
  /// - Returns: The label map, of the image's size.
  /// - Throws: An error of the tensor engine.
  func segment(_ image: RGBImage, in environment: TrainingEnvironment) throws -> LabelMap
  /// Returns the class of every pixel of an image of the data set.
  ///
  /// The harness calls this one. Only a part that finds its results under the image's name needs to
  /// implement it; for all others it is the method without the name.
  ///
  /// - Parameters:
  ///   - image: The image; no labels are given.
  ///   - id: Its identifier.
  ///   - environment: Device and precision.
  /// - Returns: The label map, of the image's size.
  /// - Throws: An error of the tensor engine.
  func segment(
    _ image: RGBImage, id: String, in environment: TrainingEnvironment
  ) throws -> LabelMap
}

extension Segmenter {
  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func segment(
    _ image: RGBImage, id: String, in environment: TrainingEnvironment
  ) throws -> LabelMap {
    try segment(image, in: environment)
  }
}
