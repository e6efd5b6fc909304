internal import Foundation

/// A rate that falls towards 0 like a power of the remaining steps.
///
/// ```
/// rate = initialRate * (1 - step / stepCount) ^ power
/// ```
///
/// `step` is rounded down to a multiple of `interval`. After the last step the rate stays where it
/// is; with an `interval`, as in its source, it changes once more if that is due.
///
/// # Source
///
/// PSA, IRNet and SEAM, `PolyOptimizer`. An `interval` of 10 is deeplab-pytorch's `PolynomialLR`
/// (`libs/utils/lr_scheduler.py`), one step more than are taken the DeepLab-v1 training of SEAM's
/// authors (`adjust_lr` divides by the number of steps plus 1).
public struct PolynomialSchedule: LearningRateSchedule, Equatable {
  /// The rate of the first step.
  public let initialRate: Double
  /// The exponent.
  public let power: Double
  /// The number of steps.
  public let stepCount: Int
  /// The number of steps between changes of the rate.
  public let interval: Int

  /// Creates a schedule.
  ///
  /// - Parameters:
  ///   - initialRate: The rate of the first step.
  ///   - power: The exponent.
  ///   - stepCount: The number of steps, at least 1.
  ///   - interval: The number of steps between changes of the rate, at least 1.
  public init(initialRate: Double, power: Double = 0.9, stepCount: Int, interval: Int = 1) {
    precondition(
      stepCount >= 1 && interval >= 1,
      "A schedule needs at least one step and interval, got \(stepCount) and \(interval)")
    self.initialRate = initialRate
    self.power = power
    self.stepCount = stepCount
    self.interval = interval
  }

  /// Returns the rate of a step.
  ///
  /// - Parameter step: The number of steps taken before, at least 0.
  /// - Returns: The rate, at least 0.
  public func rate(at step: Int) -> Double {
    let last = interval == 1 ? stepCount - 1 : stepCount
    let reached = min(step, last) / interval * interval
    return initialRate * pow(1 - Double(reached) / Double(stepCount), power)
  }
}
