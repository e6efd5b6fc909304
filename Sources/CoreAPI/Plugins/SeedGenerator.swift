public import Imaging

/// A method that turns image-level labels into class activation maps.
///
/// # Implementation requirements
///
/// - Build every layer with initial weights from `PartContext.seed` and the layer's name, so that
///   the same configuration always starts from the same weights.
/// - Pass features through the context ports the plugin registered, in training and in
///   ``seed(for:id:labels:)``, with the geometry of every view; see ``Context``.
/// - Derive all randomness from the environment's seed; train through ``TrainingLoop``, which
///   resumes after a kill.
/// - A seed has exactly the classes of `labels`, the sizes documented at ``Seed``, and finite
///   scores in `0...1`.
/// - Learn from nothing but the training set and what ``TrainablePart/supervision`` lists.
///
/// Check a plugin with `checkSeedGeneratorContract` from `PluginTestSupport`.
public protocol SeedGenerator: TrainablePart {
  /// Trains the classifier; afterwards ``TrainablePart/parameters`` hold what was learned.
  ///
  /// - Parameters:
  ///   - set: The images and their labels.
  ///   - environment: Seed, device, progress, and a folder that survives interruptions.
  /// - Throws: An error of the data set or of the tensor engine.
  func train(on set: TrainingSet, in environment: TrainingEnvironment) throws
  /// Returns the class activation maps of one image.
  ///
  /// - Parameters:
  ///   - image: The image.
  ///   - id: Its identifier, by which the context is found.
  ///   - labels: Its image-level labels.
  ///   - environment: Device and precision.
  /// - Returns: The seed, with the classes of `labels`.
  /// - Throws: An error of the tensor engine.
  func seed(
    for image: RGBImage, id: String, labels: ImageLabels, in environment: TrainingEnvironment
  ) throws -> Seed
}
