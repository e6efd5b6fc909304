/// The smallest true difference that a number of seeds would find most of the time.
///
/// A difference below it that is not significant says nothing: the experiment was too small to see it.
enum MinimumDetectableEffect {
  /// The level of the test that would find the difference.
  static let level = 0.05
  /// The share of experiments that would find it.
  static let power = 0.8

  /// Returns the effect for paired differences.
  ///
  /// ```
  /// effect = (t(1 − level / 2) + t(power)) · s / √n        n − 1 degrees of freedom
  /// ```
  ///
  /// - Parameter differences: The difference of every seed, at least two.
  /// - Returns: The effect in the unit of the differences.
  static func effect(of differences: [Double]) -> Double {
    let statistics = SampleStatistics(differences)
    precondition(statistics.count > 1, "A standard deviation needs at least two seeds")
    let student = StudentT(degreesOfFreedom: statistics.count - 1)
    return (student.quantile(1 - level / 2) + student.quantile(power))
      * statistics.standardDeviation / Double(statistics.count).squareRoot()
  }
}
