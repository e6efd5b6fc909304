/// What a seed generator says of one image, the input of an expander.
///
/// Expanders differ in the resolution they work at, so a seed holds the class activation map at the
/// image's size and at a quarter of it.
public struct Seed: Sendable, Equatable {
  /// The map at the image's size, scores in `0...1`.
  public var fullResolution: ClassActivationMap
  /// The map at a quarter of the image's size, rounded up, scores in `0...1`.
  public var quarterResolution: ClassActivationMap

  /// Creates a seed.
  ///
  /// - Parameters:
  ///   - fullResolution: The map at the image's size.
  ///   - quarterResolution: The map of `[ceil(height / 4), ceil(width / 4)]`.
  public init(fullResolution: ClassActivationMap, quarterResolution: ClassActivationMap) {
    precondition(
      fullResolution.classes == quarterResolution.classes,
      "Both resolutions of a seed must have the same classes")
    self.fullResolution = fullResolution
    self.quarterResolution = quarterResolution
  }
}

/// Where an expander finds the seeds of its training images.
public protocol SeedSource: Sendable {
  /// Returns the seed of a sample.
  ///
  /// - Parameter id: The sample's identifier.
  /// - Returns: The seed, with the classes of the image's labels.
  /// - Throws: An error that names the sample if it has no seed.
  func seed(of id: String) throws -> Seed
}
