import Imaging

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

  /// Creates the seed of a method that makes maps at the image's size only.
  ///
  /// The quarter is resized bilinearly with half-pixel coordinates.
  ///
  /// - Parameter fullResolution: The map at the image's size.
  public init(fullResolution: ClassActivationMap) {
    let size = ImageSize(width: fullResolution.width, height: fullResolution.height).strided(by: 4)
    let scores =
      fullResolution.classes.isEmpty
      ? []
      : PlanarImage(
        channels: fullResolution.classes.count, height: fullResolution.height,
        width: fullResolution.width, planes: fullResolution.scores
      ).resized(to: size, coordinates: .halfPixel).planes
    self.init(
      fullResolution: fullResolution,
      quarterResolution: ClassActivationMap(
        classes: fullResolution.classes, height: size.height, width: size.width, scores: scores))
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
