public import CoreAPI
import Essentials

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
    let all = Array(first.indices)
    self.first = Self.meanIoU(of: first, drawn: all, definition)
    self.second = Self.meanIoU(of: second, drawn: all, definition)
    firstResamples = resamples.map { Self.meanIoU(of: first, drawn: $0, definition) }
    secondResamples = resamples.map { Self.meanIoU(of: second, drawn: $0, definition) }
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
    return (0..<count).map { resample in
      var stream = RandomStream(seed: seed, "bootstrap", resample)
      return (0..<imageCount).map { _ in stream.integer(in: 0...imageCount - 1) }
    }
  }

  /// Returns the percentile interval of the difference.
  ///
  /// Between order statistics it interpolates linearly, at position p · (B − 1).
  ///
  /// - Parameter level: The share of resamples inside, for example 0.95.
  /// - Returns: The ends of the interval.
  public func interval(level: Double) -> ClosedRange<Double> {
    precondition(level > 0 && level < 1, "A level must be between 0 and 1, got \(level)")
    let sorted = differences.sorted()
    let quantile = { (p: Double) -> Double in
      let position = p * Double(sorted.count - 1)
      let lower = Int(position)
      let upper = min(lower + 1, sorted.count - 1)
      return sorted[lower] + (position - Double(lower)) * (sorted[upper] - sorted[lower])
    }
    return quantile((1 - level) / 2)...quantile((1 + level) / 2)
  }

  /// Twice the smaller share of resamples on one side of 0 (0 itself counts on both), at most 1.
  public var twoSidedPValue: Double {
    let differences = differences
    let below = differences.count { $0 <= 0 }
    let above = differences.count { $0 >= 0 }
    return min(1, 2 * Double(min(below, above)) / Double(differences.count))
  }

  /// The mean of the differences over the resamples.
  public var mean: Double { SampleStatistics(differences).mean }

  /// The standard deviation of the differences over the resamples, divisor B − 1.
  public var standardDeviation: Double { SampleStatistics(differences).standardDeviation }

  private static func meanIoU(
    of matrices: [ConfusionMatrix], drawn: [Int], _ definition: MeanIoU
  ) -> Double {
    var sum = ConfusionMatrix(classCount: matrices[0].classCount)
    for image in drawn { sum.merge(matrices[image]) }
    return sum.meanIoU(definition) ?? 0
  }
}
