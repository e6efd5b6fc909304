import CoreAPI
import Imaging
import Tensors

/// Class activation maps summed over scales and mirror images.
///
/// # Source
///
/// `jiwoon-ahn/irn step/make_cam.py`, `_work`: every scale's map is resampled (bilinear, half-pixel
/// centres) to a quarter of the image and to the next multiple of 16, summed, cropped, and divided
/// by its maximum + 1e-5.
struct MultiScaleActivation {
  /// The full-resolution maps are first computed at a multiple of this size.
  private static let roundingSize = 16

  let scales: [Double]
  let normalization: Normalization

  /// Returns the seed of an image.
  ///
  /// - Parameters:
  ///   - image: The image.
  ///   - labels: Its image-level labels; other classes get no map.
  ///   - device: Where the network computes.
  ///   - activation: Returns `[classes, h, w]` for `[2, 3, height, width]`: the image at one scale
  ///     and its mirror image, with the geometries of the two views.
  /// - Returns: The seed, with the classes of `labels`.
  /// - Throws: An error of the tensor engine.
  func seed(
    of image: RGBImage, labels: ImageLabels, on device: Device,
    activation: (_ pair: Tensor, _ geometries: [ImageGeometry]) throws -> Tensor
  ) throws -> Seed {
    let classes = labels.indices
    let quarter = image.size.strided(by: 4)
    let padded = image.size.roundedUp(toMultipleOf: Self.roundingSize)
    guard !classes.isEmpty else {
      return Seed(
        fullResolution: ClassActivationMap(
          classes: [], height: image.height, width: image.width, scores: []),
        quarterResolution: ClassActivationMap(
          classes: [], height: quarter.height, width: quarter.width, scores: []))
    }
    let rows = try Tensor(classes.map { Int64($0 - 1) }, shape: [classes.count], on: device)
    var coarse: Tensor?
    var fine: Tensor?
    for scale in scales {
      let resized = image.resized(to: image.size.scaled(by: scale), resampling: .bicubic)
      let pair = try Tensor.mirroredPair(normalization(resized), on: device)
      let geometry = ImageGeometry(wholeFrameIn: resized.size)
      let maps = try activation(pair, [geometry, geometry.flippedHorizontally()])
        .indexSelected(along: 0, indices: rows).unsqueezed(0)
      let small = try maps.interpolated(to: (quarter.height, quarter.width), mode: .bilinear)
      let large = try maps.interpolated(to: (padded.height, padded.width), mode: .bilinear)
        .cropped(image.height, image.width)
      coarse = try coarse.map { try $0 + small } ?? small
      fine = try fine.map { try $0 + large } ?? large
    }
    return Seed(
      fullResolution: ClassActivationMap(
        classes: classes, height: image.height, width: image.width,
        scores: try fine?.floats() ?? []
      ).normalized(),
      quarterResolution: ClassActivationMap(
        classes: classes, height: quarter.height, width: quarter.width,
        scores: try coarse?.floats() ?? []
      ).normalized())
  }
}
