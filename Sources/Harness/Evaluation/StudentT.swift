import Foundation

/// Student's t distribution with a whole number of degrees of freedom.
///
/// # Source
///
/// Abramowitz and Stegun, "Handbook of Mathematical Functions", 26.7.3 and 26.7.4: finite sums.
struct StudentT: Sendable {
  /// The degrees of freedom, at least 1.
  let degreesOfFreedom: Int

  /// Creates a distribution.
  ///
  /// - Parameter degreesOfFreedom: The degrees of freedom, at least 1.
  init(degreesOfFreedom: Int) {
    precondition(
      degreesOfFreedom > 0, "Degrees of freedom must be positive, got \(degreesOfFreedom)")
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// Returns the probability of a value of at most `t`.
  func cumulative(_ t: Double) -> Double { (1 + central(abs(t)) * (t < 0 ? -1 : 1)) / 2 }

  /// Returns the value that a share `p` of the distribution does not exceed.
  ///
  /// - Parameter p: A share between 0 and 1, both ends excluded.
  /// - Returns: The value, to about 15 digits.
  func quantile(_ p: Double) -> Double {
    precondition(p > 0 && p < 1, "A share must be between 0 and 1, got \(p)")
    if p < 0.5 { return -quantile(1 - p) }
    var low = 0.0
    var high = 1.0
    while cumulative(high) < p { high *= 2 }
    while true {
      let middle = low + (high - low) / 2
      guard middle > low, middle < high else { return middle }
      if cumulative(middle) < p { low = middle } else { high = middle }
    }
  }

  /// The probability of a value between −t and t.
  private func central(_ t: Double) -> Double {
    let angle = atan(t / Double(degreesOfFreedom).squareRoot())
    let squaredCosine = cos(angle) * cos(angle)
    let isOdd = !degreesOfFreedom.isMultiple(of: 2)
    var term = isOdd ? cos(angle) : 1
    var sum = 0.0
    for index in stride(from: isOdd ? 1 : 0, to: degreesOfFreedom - 1, by: 2) {
      sum += term
      term *= squaredCosine * Double(index + 1) / Double(index + 2)
    }
    return isOdd ? 2 / Double.pi * (angle + sin(angle) * sum) : sin(angle) * sum
  }
}
