/// The learning rate as a function of the step.
public protocol LearningRateSchedule: Sendable {
  /// Returns the rate of a step.
  ///
  /// - Parameter step: The number of steps taken before, at least 0.
  /// - Returns: The rate, at least 0.
  func rate(at step: Int) -> Double
}
