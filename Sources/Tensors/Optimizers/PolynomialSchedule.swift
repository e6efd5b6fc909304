internal import Foundation

/// A rate that falls to 0 like a power of the remaining steps.
///
/// ```
/// rate = initialRate * (1 - step / denominator) ^ power
/// ```
///
/// After the last step the rate stays where it is. `step` is rounded down to a multiple of
/// `interval`.
///
/// # Source
///
/// PSA, IRNet and SEAM, `PolyOptimizer`; `interval` 10 is deeplab-pytorch's `PolynomialLR`
/// (`libs/utils/lr_scheduler.py`), `denominator = stepCount + 1` the DeepLab-v1 training of SEAM's
/// authors (`adjust_lr`).
public struct PolynomialSchedule: LearningRateSchedule, Equatable {
  /// The rate of the first step.
  public let initialRate: Double
  /// The exponent.
  public let power: Double
  /// The number of steps.
  public let stepCount: Int
  /// The number of steps between changes of the rate.
  public let interval: Int
  /// What the step is divided by.
  public let denominator: Int

  /// Creates a schedule.
  ///
  /// - Parameters:
  ///   - initialRate: The rate of the first step.
  ///   - power: The exponent.
  ///   - stepCount: The number of steps, at least 1.
  ///   - interval: The number of steps between changes of the rate, at least 1.
  ///   - denominator: What the step is divided by; nil for `stepCount`.
  public init(
    initialRate: Double, power: Double = 0.9, stepCount: Int, interval: Int = 1,
    denominator: Int? = nil
  ) {
    precondition(
      stepCount >= 1 && interval >= 1,
      "A schedule needs at least one step and interval, got \(stepCount) and \(interval)")
    self.initialRate = initialRate
    self.power = power
    self.stepCount = stepCount
    self.interval = interval
    self.denominator = denominator ?? stepCount
  }

  /// Returns the rate of a step.
  ///
  /// - Parameter step: The number of steps taken before, at least 0.
  public func rate(at step: Int) -> Double {
    let reached = min(step, stepCount - 1) / interval * interval
    return initialRate * pow(1 - Double(reached) / Double(denominator), power)
  }
}
