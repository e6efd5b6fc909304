public import CoreAPI

/// The difference of two methods' mean IoU with its uncertainty over images.
///
/// Images are drawn with replacement, the same ones for both methods; each draw's mean IoU comes
/// from the sum of the drawn images' confusion matrices, because mean IoU is a ratio of sums.
///
/// # Source
///
/// Everingham et al., "Assessing the significance of performance differences on the PASCAL VOC
/// challenges via bootstrapping", 2013.
public struct PairedBootstrap: Sendable {
  /// The first method's mean IoU over all images.
  public let first: Double
  /// The second method's mean IoU over all images.
  public let second: Double
  /// The first method's mean IoU in every resample.
  public let firstResamples: [Double]
  /// The second method's mean IoU in every resample.
  public let secondResamples: [Double]

  /// The second method's mean IoU minus the first one's.
  public var difference: Double { second - first }
  /// The difference in every resample.
  public var differences: [Double] { zip(firstResamples, secondResamples).map { $1 - $0 } }
  /// The difference as a distribution over the resamples.
  public var distribution: BootstrapDistribution { BootstrapDistribution(differences) }

  /// Compares two methods on given resamples.
  ///
  /// - Parameters:
  ///   - first: The first method's confusion matrix of every image.
  ///   - second: The second method's, for the same images in the same order.
  ///   - resamples: The images of every resample, by position.
  ///   - definition: Which classes a mean is taken over.
  public init(
    first: [ConfusionMatrix], second: [ConfusionMatrix], resamples: [[Int]],
    definition: MeanIoU = .presentClasses
  ) {
    precondition(
      !first.isEmpty && first.count == second.count,
      "A paired comparison needs as many images on both sides, got \(first.count) and "
        + "\(second.count)")
    precondition(!resamples.isEmpty, "A bootstrap needs at least one resample")
    let means = { (matrices: [ConfusionMatrix]) -> (all: Double, resamples: [Double]) in
      var images = ImageConfusions(classCount: matrices[0].classCount, images: "")
      for matrix in matrices { images.append(matrix) }
      let means = ImageBootstrap.meanIoUs(
        of: images, resamples: [Array(matrices.indices)] + resamples, definition: definition)
      return (means[0], Array(means.dropFirst()))
    }
    (self.first, firstResamples) = means(first)
    (self.second, secondResamples) = means(second)
  }

  /// Draws images with replacement.
  ///
  /// - Parameters:
  ///   - count: The number of resamples.
  ///   - imageCount: The number of images, in all and in every resample.
  ///   - seed: The seed of the draw.
  /// - Returns: The images of every resample, by position.
  public static func resamples(count: Int, imageCount: Int, seed: UInt64) -> [[Int]] {
    precondition(imageCount > 0, "A bootstrap needs images")
    return (0..<count).map {
      ImageBootstrap.draw(imageCount: imageCount, resample: $0, seed: seed)
    }
  }

  /// Returns the percentile interval of the difference.
  ///
  /// - Parameter level: The share of resamples inside, for example 0.95.
  /// - Returns: The ends of the interval.
  public func interval(level: Double) -> ClosedRange<Double> { distribution.interval(level: level) }

  /// Twice the smaller share of resamples on one side of 0 (0 itself counts on both), at most 1.
  public var twoSidedPValue: Double { distribution.twoSidedPValue }

  /// The mean of the differences over the resamples.
  public var mean: Double { distribution.mean }

  /// The standard deviation of the differences over the resamples, divisor B − 1.
  public var standardDeviation: Double { distribution.standardDeviation }
}
