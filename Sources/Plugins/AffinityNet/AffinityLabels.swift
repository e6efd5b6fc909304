import CoreAPI
import Foundation
import Imaging

/// Labels of the pixels that affinities are learned from, made from class activation maps.
///
/// The background score is a power of what the strongest class leaves. A low power leaves only sure
/// foreground, a high one only sure background; a dense CRF sharpens both, and pixels on which they
/// disagree are undecided.
///
/// # Source
///
/// Ahn and Kwak, CVPR 2018, §3.2. `YudeWang/SEAM infer_SEAM.py`, `_crf_with_alpha`; `voc12/data.py`,
/// `VOC12AffDataset`.
struct AffinityLabels: Sendable {
  /// The scores of the background and of the classes of an image, in that order.
  struct Scores: Sendable, Equatable {
    /// With the low power of the background.
    var low: PlanarImage
    /// With the high power of the background.
    var high: PlanarImage
  }

  let lowExponent: Double
  let highExponent: Double
  /// The dense CRF that sharpens the scores.
  let crf: DenseCRFParameters

  /// Returns the scores of an image after the dense CRF.
  func scores(_ cam: ClassActivationMap, image: RGBImage) -> Scores {
    let crf = DenseCRF(image: image, parameters: crf, threads: 1)
    func refined(_ exponent: Double) -> PlanarImage {
      let scores = cam.withBackground(exponent: exponent)
      return PlanarImage(
        channels: scores.channels, height: scores.height, width: scores.width,
        planes: crf.infer(
          UnaryEnergies.fromSoftmax(scores.planes, labelCount: scores.channels)))
    }
    return Scores(low: refined(lowExponent), high: refined(highExponent))
  }

  /// Returns the label of every block of pixels.
  ///
  /// - Parameters:
  ///   - scores: The scores of a crop, 0 outside of the image.
  ///   - side: The side of a block in pixels.
  /// - Returns: The position among the image's own classes, 0 for the background and 255 for
  ///   undecided blocks and outside of the image.
  static func labelMap(_ scores: Scores, side: Int) -> LabelMap {
    let low = scores.low.blockMeans(side: side, remainder: .zeroPadded)
    let high = scores.high.blockMeans(side: side, remainder: .zeroPadded)
    var labels = LabelMap(
      width: low.width, height: low.height, filledWith: LabelMap.ignoreIndex)
    let size = low.width * low.height
    for pixel in 0..<size {
      let (sure, score) = strongest(low, at: pixel, size: size)
      let (possible, otherScore) = strongest(high, at: pixel, size: size)
      guard max(score, otherScore) >= 1e-5 else { continue }
      if possible == 0 {
        labels.indices[pixel] = 0
      } else if sure != 0 {
        labels.indices[pixel] = UInt8(sure)
      }
    }
    return labels
  }

  /// The first of the largest channels, and its value.
  private static func strongest(
    _ scores: PlanarImage, at pixel: Int, size: Int
  ) -> (channel: Int, value: Float) {
    var best = (channel: 0, value: scores.planes[pixel])
    for channel in 1..<max(1, scores.channels)
    where scores.planes[channel * size + pixel] > best.value {
      best = (channel, scores.planes[channel * size + pixel])
    }
    return best
  }
}

extension ClassActivationMap {
  /// Returns the map's planes behind a plane of background scores, `(1 - strongest class)^exponent`.
  func withBackground(exponent: Double) -> PlanarImage {
    let size = height * width
    let power = Float(exponent)
    let background = (0..<size).map { pixel in
      let strongest = classes.indices.reduce(Float(0)) { max($0, scores[$1 * size + pixel]) }
      return pow(1 - strongest, power)
    }
    return PlanarImage(
      channels: classes.count + 1, height: height, width: width, planes: background + scores)
  }
}
