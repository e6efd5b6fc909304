import CoreAPI
import Imaging
import TensorFiles
import Tensors

/// Predictions from the sum of the scores that a network gives an image at several sizes.
///
/// Every score map is enlarged to the image, corner on corner, and added up; a dense CRF sharpens
/// the softmax of the sum.
///
/// # Source
///
/// `speedinghzl/DSRG@91efdf7d tools/test-ms.py`, `tools/test-ms-f.py`.
struct MultiSizeInference {
  let network: DSRGNetwork
  let normalization: Normalization
  let device: Device
  let configuration: InferenceConfiguration

  /// Returns the pseudo-mask of a training image.
  ///
  /// - Parameters:
  ///   - image: The image.
  ///   - classes: Its foreground classes, ascending; no other gets a pixel.
  ///   - environment: The precision.
  /// - Returns: The classes of its pixels.
  /// - Throws: An error of the tensor engine.
  func pseudoMask(
    of image: RGBImage, classes: [Int], in environment: TrainingEnvironment
  ) throws -> LabelMap {
    guard !classes.isEmpty else {
      return LabelMap(width: image.width, height: image.height, filledWith: 0)
    }
    return try withoutGradient {
      let rows = try Tensor(
        ([0] + classes).map(Int64.init), shape: [classes.count + 1], on: device)
      let sizes = configuration.trainingSizes.map { ImageSize(width: $0, height: $0) }
      let scores = try scores(of: image, at: sizes, in: environment)
        .indexSelected(along: 1, indices: rows)
      return try labels(scores, image: image).classIndices(among: classes)
    }
  }

  /// Returns the classes of any image's pixels.
  ///
  /// - Parameters:
  ///   - image: The image.
  ///   - environment: The precision.
  /// - Returns: The label map, of the image's size.
  /// - Throws: An error of the tensor engine.
  func labelMap(of image: RGBImage, in environment: TrainingEnvironment) throws -> LabelMap {
    try withoutGradient {
      let sizes = configuration.scales.map { image.size.scaled(by: $0) }
      return try labels(scores(of: image, at: sizes, in: environment), image: image)
    }
  }

  /// Returns the sum of the scores at all sizes, `[1, classes, height, width]`.
  private func scores(
    of image: RGBImage, at sizes: [ImageSize], in environment: TrainingEnvironment
  ) throws -> Tensor {
    try sizes.map { size in
      let view = normalization(
        image.resized(to: size, resampling: .bilinearWithoutAntialiasing))
      let scores = try withAutocast(environment.autocast, on: device) {
        try network(Tensor.batch([view], on: device))
      }
      return try scores.to(.float32).interpolated(
        to: (image.height, image.width), mode: .bilinear, alignCorners: true)
    }.sum()
  }

  /// Returns the index of the likeliest row of scores at every pixel.
  private func labels(_ scores: Tensor, image: RGBImage) throws -> LabelMap {
    guard let crf = configuration.crf else { return try LabelMap(highestOf: scores) }
    try DenseCRF.check(image.size, parameters: crf)
    return DenseCRF(image: image, parameters: crf).labels(
      .fromSoftmax(try scores.softmax(along: 1).floats(), labelCount: scores.shape[1]))
  }
}
