internal import Foundation

/// A rate that is multiplied by a factor every so many steps.
///
/// ```
/// rate = initialRate * factor ^ floor(step / interval)
/// ```
///
/// # Source
///
/// Caffe's `step` policy (`sgd_solver.cpp`), used by SEC and DSRG.
public struct StepSchedule: LearningRateSchedule, Equatable {
  /// The rate of the first steps.
  public let initialRate: Double
  /// The factor.
  public let factor: Double
  /// The number of steps between multiplications.
  public let interval: Int

  /// Creates a schedule.
  ///
  /// - Parameters:
  ///   - initialRate: The rate of the first steps.
  ///   - factor: The factor.
  ///   - interval: The number of steps between multiplications, at least 1.
  public init(initialRate: Double, factor: Double, interval: Int) {
    precondition(interval >= 1, "The interval must be at least 1, got \(interval)")
    self.initialRate = initialRate
    self.factor = factor
    self.interval = interval
  }

  /// Returns the rate of a step.
  ///
  /// - Parameter step: The number of steps taken before, at least 0.
  /// - Returns: The rate, at least 0.
  public func rate(at step: Int) -> Double {
    initialRate * pow(factor, Double(step / interval))
  }
}
