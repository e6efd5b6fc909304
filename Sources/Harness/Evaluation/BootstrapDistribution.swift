/// A statistic in every resample of a bootstrap.
public struct BootstrapDistribution: Sendable, Equatable {
  /// The statistic in every resample, at least one.
  public let values: [Double]

  /// Creates a distribution.
  ///
  /// - Parameter values: The statistic in every resample, at least one.
  public init(_ values: [Double]) {
    precondition(!values.isEmpty, "A bootstrap needs at least one resample")
    self.values = values
  }

  /// Returns the percentile interval.
  ///
  /// Between order statistics it interpolates linearly, at position p · (B − 1).
  ///
  /// - Parameter level: The share of resamples inside, for example 0.95.
  /// - Returns: The ends of the interval.
  public func interval(level: Double) -> ClosedRange<Double> {
    precondition(level > 0 && level < 1, "A level must be between 0 and 1, got \(level)")
    let sorted = values.sorted()
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
    let below = values.count { $0 <= 0 }
    let above = values.count { $0 >= 0 }
    return min(1, 2 * Double(min(below, above)) / Double(values.count))
  }

  /// The mean over the resamples.
  public var mean: Double { SampleStatistics(values).mean }

  /// The standard deviation over the resamples, divisor B − 1.
  public var standardDeviation: Double { SampleStatistics(values).standardDeviation }
}
