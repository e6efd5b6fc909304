public import Imaging

/// A method that grows seeds into pseudo-masks.
///
/// # Implementation requirements
///
/// - A pseudo-mask has the size of its image; its classes are the background, the seed's classes
///   and `LabelMap.ignoreIndex`.
/// - Everything said at ``SeedGenerator`` about weights, randomness and supervision.
///
/// Check a plugin with `checkExpanderContract` from `PluginTestSupport`.
public protocol Expander: TrainablePart {
  /// Trains whatever the expander learns; does nothing for one that learns nothing.
  ///
  /// - Parameters:
  ///   - set: The images and their labels.
  ///   - seeds: The seed of every image of the set.
  ///   - environment: Seed, device, progress, and a folder that survives interruptions.
  /// - Throws: An error of the data set or of the tensor engine.
  func train(
    on set: TrainingSet, seeds: any SeedSource, in environment: TrainingEnvironment
  ) throws
  /// Returns the pseudo-mask of one image.
  ///
  /// - Parameters:
  ///   - seed: The image's seed.
  ///   - image: The image.
  ///   - environment: Device and precision.
  /// - Returns: The pseudo-mask, of the image's size.
  /// - Throws: An error of the tensor engine.
  func expand(
    _ seed: Seed, in image: RGBImage, environment: TrainingEnvironment
  ) throws -> PseudoMask
  /// Returns the pseudo-mask of one image of the data set.
  ///
  /// The harness calls this one. Only a part that finds its results under the image's name needs to
  /// implement it; for all others it is the method without the name.
  ///
  /// - Parameters:
  ///   - seed: The image's seed.
  ///   - image: The image.
  ///   - id: Its identifier.
  ///   - environment: Device and precision.
  /// - Returns: The pseudo-mask, of the image's size.
  /// - Throws: An error of the tensor engine.
  func expand(
    _ seed: Seed, in image: RGBImage, id: String, environment: TrainingEnvironment
  ) throws -> PseudoMask
}

extension Expander {
  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func expand(
    _ seed: Seed, in image: RGBImage, id: String, environment: TrainingEnvironment
  ) throws -> PseudoMask {
    try expand(seed, in: image, environment: environment)
  }
}
