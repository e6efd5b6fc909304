import Essentials
import Imaging

/// The augmentation of an image together with its scores: colours, crop, mirror.
///
/// The image is cropped before it is normalised, so its padding is normalised black.
///
/// # Source
///
/// `YudeWang/SEAM train_aff.py`, `voc12/data.py`, `VOC12AffDataset`.
struct ScoreAugmentation: Sendable {
  /// A training image as the network sees it.
  struct Sample: Sendable {
    var image: PlanarImage
    /// The label of every block of pixels.
    var labels: LabelMap
    var dropoutSeed: UInt64
  }

  let cropSize: Int
  let stride: Int
  let colors: ColorChange?
  let normalization: Normalization

  func callAsFunction(
    _ image: RGBImage, scores: AffinityLabels.Scores, using stream: inout RandomStream
  ) -> Sample {
    let crop = RandomCrop(size: ImageSize(width: cropSize, height: cropSize), placement: .anywhere)
    let window = crop.window(over: image.size, using: &stream)
    let isFlipped = stream.chance(0.5)
    let coloured = colors.map { $0(image, using: &stream) } ?? image
    var view = coloured.cropped(to: window)
    var low = scores.low.cropped(to: window)
    var high = scores.high.cropped(to: window)
    if isFlipped {
      view = view.flippedHorizontally()
      low = low.flippedHorizontally()
      high = high.flippedHorizontally()
    }
    return Sample(
      image: normalization(view),
      labels: AffinityLabels.labelMap(AffinityLabels.Scores(low: low, high: high), side: stride),
      dropoutSeed: stream.next())
  }
}
