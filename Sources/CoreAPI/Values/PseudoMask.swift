public import Imaging

/// The label map that an expander made for a training image, in place of an annotation.
public struct PseudoMask: Sendable, Equatable {
  /// The class of every pixel, of the image's size; `LabelMap.ignoreIndex` where undecided.
  public var labelMap: LabelMap

  /// Creates a pseudo-mask.
  ///
  /// - Parameter labelMap: The class of every pixel.
  public init(labelMap: LabelMap) { self.labelMap = labelMap }
}

/// Where a segmenter finds the pseudo-masks of its training images.
public protocol PseudoMaskSource: Sendable {
  /// Returns the pseudo-mask of a sample.
  ///
  /// - Parameter id: The sample's identifier.
  /// - Returns: The pseudo-mask, of the image's size.
  /// - Throws: An error that names the sample if it has no pseudo-mask.
  func pseudoMask(of id: String) throws -> PseudoMask
}
