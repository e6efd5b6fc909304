public import Essentials

/// A training sample as a network gets it, and where its pixels come from.
public struct AugmentedSample: Sendable, Equatable {
  /// The network's input.
  public let image: PlanarImage
  /// The label map, if there is one, of the same size; ``LabelMap/ignoreIndex`` in the padding.
  public let labels: LabelMap?
  /// Where the pixels come from.
  public let geometry: ImageGeometry
}

/// The augmentation of a training sample: resize, mirror, normalise, crop.
///
/// The references differ in the order of the last two, and it shows in the padding: PSA, SEAM and
/// IRN normalise before they crop, so that the padding is 0, the mean colour; AffinityNet's training
/// crops first, so that the padding is normalised black. Label maps are resized to the nearest index.
///
/// Random numbers are drawn in the order resize, mirror, crop, colours; a part that is absent draws
/// none. Colours change behind a bicubic resize and in front of everything else.
public struct TrainingAugmentation: Sendable, Hashable {
  /// How the image is resized.
  public enum Interpolation: Sendable, Hashable {
    /// On bytes, by PIL's antialiased bicubic filter (PSA, SEAM, IRN).
    case bicubic
    /// Bilinearly without antialiasing, as OpenCV does (deeplab-pytorch): on normalised values, or
    /// on bytes if the padding comes before the normalisation.
    case bilinear
  }

  /// When the padding is put around the image.
  public enum Padding: Sendable, Hashable {
    /// The padding is 0 in the network's input (PSA, SEAM, IRN, DeepLab).
    case afterNormalization
    /// The padding is black in the image (AffinityNet).
    case beforeNormalization
  }

  /// The change of size, if any.
  public var resize: RandomResize?
  /// How the image is resized.
  public var interpolation: Interpolation
  /// The probability that the sample is mirrored left to right.
  public var flipProbability: Double
  /// How samples become values.
  public var normalization: Normalization
  /// The crop, if any; without one the sample keeps its size.
  public var crop: RandomCrop?
  /// When the padding is put around the image.
  public var padding: Padding
  /// The change of colours, if any.
  public var colors: ColorChange?

  /// Creates an augmentation.
  ///
  /// - Parameters:
  ///   - resize: The change of size, if any.
  ///   - interpolation: How the image is resized.
  ///   - flipProbability: The probability that the sample is mirrored, `0...1`.
  ///   - normalization: How samples become values.
  ///   - crop: The crop, if any.
  ///   - padding: When the padding is put around the image.
  ///   - colors: The change of colours, if any.
  public init(
    resize: RandomResize? = nil, interpolation: Interpolation = .bicubic,
    flipProbability: Double = 0, normalization: Normalization, crop: RandomCrop? = nil,
    padding: Padding = .afterNormalization, colors: ColorChange? = nil
  ) {
    precondition(
      (0...1).contains(flipProbability),
      "The probability of a flip must be in 0...1, got \(flipProbability)")
    self.resize = resize
    self.interpolation = interpolation
    self.flipProbability = flipProbability
    self.normalization = normalization
    self.crop = crop
    self.padding = padding
    self.colors = colors
  }

  /// Augments a sample.
  ///
  /// - Parameters:
  ///   - image: The image.
  ///   - labels: Its label map, if any, of the image's size.
  ///   - stream: The sample's random numbers.
  /// - Returns: The network's input, the label map and where their pixels come from.
  public func callAsFunction(
    _ image: RGBImage, labels: LabelMap? = nil, using stream: inout RandomStream
  ) -> AugmentedSample {
    precondition(
      labels == nil || labels?.size == image.size,
      "A label map of \(labels.map { "\($0.size)" } ?? "") for an image of \(image.size)")
    let size = resize?.targetSize(for: image.size, using: &stream) ?? image.size
    let isFlipped = flipProbability > 0 && stream.chance(flipProbability)
    let window =
      crop?.window(over: size, using: &stream) ?? CropWindow(of: size, to: size)
    let whole = ImageGeometry(wholeFrameIn: size, isFlipped: isFlipped)
    var labels = labels?.resized(to: size)
    if isFlipped { labels = labels?.flippedHorizontally() }
    return AugmentedSample(
      image: planes(
        of: image, size: size, isFlipped: isFlipped, window: window, using: &stream),
      labels: labels?.cropped(to: window),
      // A window over a whole frame always shows some of it.
      geometry: whole.cropped(to: window) ?? whole)
  }

  private func planes(
    of image: RGBImage, size: ImageSize, isFlipped: Bool, window: CropWindow,
    using stream: inout RandomStream
  ) -> PlanarImage {
    var image = image
    if interpolation == .bicubic || padding == .beforeNormalization {
      image = image.resized(
        to: size, resampling: interpolation == .bicubic ? .bicubic : .bilinearWithoutAntialiasing)
    }
    if let colors { image = colors(image, using: &stream) }
    if padding == .beforeNormalization {
      if isFlipped { image = image.flippedHorizontally() }
      return normalization(image.cropped(to: window))
    }
    var planes = normalization(image)
    if planes.size != size { planes = planes.resized(to: size, coordinates: .halfPixel) }
    if isFlipped { planes = planes.flippedHorizontally() }
    return planes.cropped(to: window)
  }
}
