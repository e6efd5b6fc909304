public import CoreAPI
import Essentials
public import Imaging

extension ContextWorld: SegmentationDataset {
  /// "ContextWorld".
  public var name: String { "ContextWorld" }

  /// The six classes of ``ObjectClass``, background first.
  public var classes: ClassList { ClassList(foreground: ObjectClass.allCases.map(\.name)) }

  /// The version of the painter, raised whenever the same configuration gives another scene.
  static let version = 1

  /// The SHA-256 of everything the scenes follow from: painter version, seed, sizes and dials.
  public var fingerprint: String {
    let c = configuration
    let text = """
      ContextWorld version=\(Self.version) seed=\(c.seed) size=\(c.width)x\(c.height) \
      counts=\(c.trainingCount),\(c.testCount) \
      strengths=\(c.stuffStrength),\(c.partnerStrength),\(c.layoutStrength)
      """
    return SHA256.hexDigest(of: text.utf8)
  }

  /// Returns the ids of a split's samples, for example `train_00000`.
  ///
  /// - Parameter split: One of ``splits``.
  /// - Returns: The ids in the order of their numbers.
  /// - Throws: ``ContextWorldError/unknownSplit(_:suggestion:)``.
  public func sampleIDs(in split: String) throws -> [String] {
    guard Self.splits.contains(split) else {
      throw ContextWorldError.unknownSplit(
        split, suggestion: Suggestions.didYouMean(split, among: Self.splits))
    }
    return (0..<sampleCount(of: split)).map { Self.id(split: split, index: $0) }
  }

  /// Returns the painted scene.
  ///
  /// - Parameter id: A sample id.
  /// - Returns: An image of the configured size.
  /// - Throws: ``ContextWorldError/unknownSample(_:)``.
  public func image(of id: String) throws -> RGBImage { try scene(id).image }

  /// Returns the configured size.
  ///
  /// - Parameter id: A sample id.
  /// - Returns: The size of every scene.
  /// - Throws: Nothing.
  public func imageSize(of id: String) throws -> ImageSize {
    ImageSize(width: configuration.width, height: configuration.height)
  }

  /// Returns the class of every pixel.
  ///
  /// - Parameter id: A sample id.
  /// - Returns: A map of the configured size without ignored pixels.
  /// - Throws: ``ContextWorldError/unknownSample(_:)``.
  public func groundTruth(of id: String) throws -> LabelMap { try scene(id).groundTruth }

  /// Returns the classes of the causal model, which never looks at a pixel.
  ///
  /// - Parameter id: A sample id.
  /// - Returns: The classes that the scene shows.
  /// - Throws: ``ContextWorldError/unknownSample(_:)``.
  public func labels(of id: String) throws -> ImageLabels {
    ImageLabels(
      indices: try outcome(id).objects.map { $0.objectClass.rawValue + 1 },
      foregroundCount: ObjectClass.allCases.count)
  }
}
