/// The mean and the standard deviation of a few numbers.
public struct SampleStatistics: Sendable, Equatable {
  /// The number of numbers.
  public let count: Int
  /// The mean, 0 for none.
  public let mean: Double
  /// The standard deviation with divisor count − 1, 0 for fewer than two.
  public let standardDeviation: Double

  /// Describes numbers.
  ///
  /// - Parameter values: The numbers.
  public init(_ values: [Double]) {
    count = values.count
    let mean = values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
    self.mean = mean
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    standardDeviation = values.count < 2 ? 0 : (squares / Double(values.count - 1)).squareRoot()
  }
}
