public import Imaging

/// A source of images with image-level labels and, for scoring, ground-truth masks.
///
/// # Implementation requirements
///
/// - Every method may be called from any thread; loaders read images ahead of the training.
/// - The same identifier always yields the same content; ``fingerprint`` changes when any content
///   does.
/// - `groundTruth(of:)` uses the indices of ``classes`` and `LabelMap.ignoreIndex`, and has the
///   size of the image.
/// - Labels never come from masks unless the data set says so in its documentation: image-level
///   supervision is what the methods are compared on.
public protocol SegmentationDataset: Sendable {
  /// A short name for tables and messages.
  var name: String { get }
  /// The classes, background first.
  var classes: ClassList { get }
  /// A hash of what determines the content, for cache keys.
  var fingerprint: String { get }
  /// Returns the identifiers of the samples of a split, in a fixed order.
  ///
  /// - Parameter split: The split's name, for example "train" or "val".
  /// - Returns: The identifiers, each once.
  /// - Throws: An error that names the known splits if this one does not exist.
  func sampleIDs(in split: String) throws -> [String]
  /// Returns the image of a sample.
  ///
  /// - Parameter id: The sample's identifier.
  /// - Returns: The image, always the same.
  /// - Throws: An error that names the file if it is missing or damaged.
  func image(of id: String) throws -> RGBImage
  /// Returns the size of the image of a sample.
  ///
  /// - Parameter id: The sample's identifier.
  /// - Returns: The size.
  /// - Throws: An error that names the file if it is missing or no image.
  func imageSize(of id: String) throws -> ImageSize
  /// Returns the image-level labels of a sample.
  ///
  /// - Parameter id: The sample's identifier.
  /// - Returns: The labels, one flag for each foreground class.
  /// - Throws: An error that names the sample if it has no labels.
  func labels(of id: String) throws -> ImageLabels
  /// Returns the ground-truth mask of a sample.
  ///
  /// - Parameter id: The sample's identifier.
  /// - Returns: The mask, of the image's size.
  /// - Throws: An error that names the file if it is missing, damaged or of another size.
  func groundTruth(of id: String) throws -> LabelMap
  /// Checks what can be known of samples' files without decoding them, before a run starts.
  ///
  /// - Parameters:
  ///   - ids: The samples' identifiers.
  ///   - withMasks: Whether their ground truth will be asked for too.
  /// - Throws: The error that `image(of:)` or `groundTruth(of:)` would throw.
  func checkFiles(of ids: [String], withMasks: Bool) throws
}

extension SegmentationDataset {
  /// The size of the decoded image, for data sets that know no faster way.
  public func imageSize(of id: String) throws -> ImageSize { try image(of: id).size }

  /// Nothing to check, for data sets without files.
  public func checkFiles(of ids: [String], withMasks: Bool) throws {}
}
