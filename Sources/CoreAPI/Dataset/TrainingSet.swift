public import Imaging

/// What a method may learn from: images and their image-level labels.
///
/// It deliberately has no ground truth, so that no plugin can train on masks by accident.
public struct TrainingSet: Sendable {
  /// The identifiers of the samples, in a fixed order.
  public let ids: [String]
  /// The classes, background first.
  public let classes: ClassList

  private let dataset: any SegmentationDataset

  /// Creates a training set.
  ///
  /// - Parameters:
  ///   - dataset: Where images and labels come from.
  ///   - ids: The samples, in a fixed order.
  public init(dataset: any SegmentationDataset, ids: [String]) {
    self.dataset = dataset
    self.ids = ids
    classes = dataset.classes
  }

  /// The number of samples.
  public var count: Int { ids.count }

  /// Returns the image of a sample.
  ///
  /// - Parameter index: The sample's position in ``ids``.
  /// - Returns: The image.
  /// - Throws: The data set's error if the image cannot be read.
  public func image(_ index: Int) throws -> RGBImage { try dataset.image(of: ids[index]) }

  /// Returns the size of the image of a sample, without decoding it where that is possible.
  ///
  /// - Parameter index: The sample's position in ``ids``.
  /// - Returns: The size.
  /// - Throws: The data set's error if the image cannot be read.
  public func imageSize(_ index: Int) throws -> ImageSize { try dataset.imageSize(of: ids[index]) }

  /// Returns the image-level labels of a sample.
  ///
  /// - Parameter index: The sample's position in ``ids``.
  /// - Returns: The labels.
  /// - Throws: The data set's error if the sample has no labels.
  public func labels(_ index: Int) throws -> ImageLabels { try dataset.labels(of: ids[index]) }
}
