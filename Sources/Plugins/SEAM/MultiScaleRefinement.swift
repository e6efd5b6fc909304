import CoreAPI
import Imaging
import Tensors

/// Refined maps summed over scales and mirror images.
///
/// # Source
///
/// `YudeWang/SEAM infer_SEAM.py`: every view's refined maps are resampled to the image (bilinear,
/// half-pixel centres) and summed; negative sums become 0, and every class is brought to `0...1`.
struct MultiScaleRefinement {
  private static let epsilon: Float = 1e-5

  let scales: [Double]
  let normalization: Normalization

  /// Returns the seed of an image.
  ///
  /// - Parameters:
  ///   - image: The image.
  ///   - labels: Its image-level labels; other classes get no map.
  ///   - device: Where the network computes.
  ///   - refined: Returns `[2, 1 + classes, h, w]` for `[2, 3, height, width]`: the image at one
  ///     scale and its mirror image, with the geometries of the two views.
  /// - Returns: The seed, with the classes of `labels`; scores below 0 are cut off.
  /// - Throws: An error of the tensor engine.
  func seed(
    of image: RGBImage, labels: ImageLabels, on device: Device,
    refined: (_ pair: Tensor, _ geometries: [ImageGeometry]) throws -> Tensor
  ) throws -> Seed {
    let quarter = image.size.strided(by: 4)
    let maps = try summedMaps(of: image, labels: labels, on: device, refined: refined)
    let classes = labels.indices
    func map(_ size: ImageSize) throws -> ClassActivationMap {
      let resized = try maps?.interpolated(to: (size.height, size.width)).floats() ?? []
      return ClassActivationMap(
        classes: classes, height: size.height, width: size.width,
        scores: Self.normalized(resized, classCount: classes.count).map { max(0, $0) })
    }
    return Seed(fullResolution: try map(image.size), quarterResolution: try map(quarter))
  }

  /// Returns the sum of all views' maps at the image's size, nil for an image without labels.
  ///
  /// - Returns: `[1, labels.indices.count, height, width]`.
  func summedMaps(
    of image: RGBImage, labels: ImageLabels, on device: Device,
    refined: (_ pair: Tensor, _ geometries: [ImageGeometry]) throws -> Tensor
  ) throws -> Tensor? {
    let classes = labels.indices
    guard !classes.isEmpty else { return nil }
    let rows = try Tensor(classes.map(Int64.init), shape: [classes.count], on: device)
    var sum: Tensor?
    for scale in scales {
      let resized = image.resized(to: image.size.scaled(by: scale), resampling: .bicubic)
      let pair = try Tensor.mirroredPair(normalization(resized), on: device)
      let geometry = ImageGeometry(wholeFrameIn: resized.size)
      // The network's own enlargement goes corner to corner.
      let maps = try refined(pair, [geometry, geometry.flippedHorizontally()])
        .indexSelected(along: 1, indices: rows)
        .interpolated(to: (resized.height, resized.width), alignCorners: true)
        .interpolated(to: (image.height, image.width))
      let mirrored = try maps.narrow(along: 0, from: 1, count: 1).flipped(along: 3)
      let both = try maps.narrow(along: 0, from: 0, count: 1) + mirrored
      sum = try sum.map { try $0 + both } ?? both
    }
    return sum
  }

  /// Brings every class to `0...1` as the reference does, which gives pixels at the minimum of a
  /// class whose minimum is above 0 strongly negative values.
  ///
  /// - Parameters:
  ///   - sums: `[classCount, …]` summed maps.
  ///   - classCount: The number of planes.
  /// - Returns: The normalised planes.
  static func normalized(_ sums: [Float], classCount: Int) -> [Float] {
    guard classCount > 0 else { return [] }
    var result = sums.map { max(0, $0) }
    let size = sums.count / classCount
    for start in stride(from: 0, to: sums.count, by: size) {
      let plane = start..<start + size
      let smallest = result[plane].min() ?? 0
      let range = (result[plane].max() ?? 0) - smallest + epsilon
      for i in plane {
        let value = result[i] < smallest + epsilon ? 0 : result[i]
        result[i] = (value - smallest - epsilon) / range
      }
    }
    return result
  }
}
