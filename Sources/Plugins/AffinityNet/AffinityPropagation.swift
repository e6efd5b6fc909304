import CoreAPI
import Imaging
import Tensors

/// From class activation maps and pixel affinities to a pseudo-mask.
///
/// # Source
///
/// Ahn and Kwak, CVPR 2018, §3.3. `YudeWang/SEAM infer_aff.py`.
struct AffinityPropagation {
  /// The side of the blocks of pixels that the walk goes over.
  let stride: Int
  let backgroundExponent: Double
  let affinityExponent: Int
  let doublings: Int

  /// Returns the scores of the background and of the classes, averaged over blocks.
  func pooledScores(_ cam: ClassActivationMap) -> PlanarImage {
    cam.withBackground(exponent: backgroundExponent)
      .blockMeans(side: stride, remainder: .zeroPadded)
  }

  /// Returns scores after the random walk.
  ///
  /// - Parameters:
  ///   - scores: What ``pooledScores(_:)`` returned.
  ///   - affinities: `[offsets, height, width]` by source.
  ///   - offsets: The steps between the pixels of a pair.
  /// - Returns: The scores, of the same size.
  func walked(
    _ scores: PlanarImage, affinities: [Float], offsets: [PathIndex.Offset]
  ) -> PlanarImage {
    let walk = AffinityWalk(
      affinities: affinities, offsets: offsets, height: scores.height, width: scores.width,
      exponent: affinityExponent)
    var result = scores
    result.planes = walk.propagate(scores.planes, doublings: doublings)
    return result
  }

  /// Returns scores at the image's resolution.
  ///
  /// - Parameters:
  ///   - scores: What ``walked(_:affinities:offsets:)`` returned.
  ///   - size: The image's size.
  /// - Returns: `[1, 1 + classes, height, width]`.
  /// - Throws: An error of the tensor engine.
  func enlarged(_ scores: PlanarImage, to size: ImageSize) throws -> Tensor {
    try Tensor.batch([scores], on: .cpu)
      .interpolated(to: (scores.height * stride, scores.width * stride))
      .cropped(size.height, size.width)
  }
}
