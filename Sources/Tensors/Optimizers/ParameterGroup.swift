/// Parameters that are trained alike.
public struct ParameterGroup {
  /// The parameters.
  public var parameters: [Parameter]
  /// The factor of the learning rate.
  public var rateMultiplier: Double
  /// The factor of the parameters that is added to their gradients.
  public var weightDecay: Double

  /// Creates a group.
  ///
  /// - Parameters:
  ///   - parameters: The parameters; those without a gradient are passed over by the optimizer.
  ///   - rateMultiplier: The factor of the learning rate, at least 0.
  ///   - weightDecay: The factor of the parameters that is added to their gradients, at least 0.
  public init(_ parameters: [Parameter], rateMultiplier: Double = 1, weightDecay: Double = 0) {
    precondition(
      rateMultiplier >= 0 && weightDecay >= 0,
      "Rate multiplier and weight decay cannot be negative, got \(rateMultiplier), \(weightDecay)")
    self.parameters = parameters
    self.rateMultiplier = rateMultiplier
    self.weightDecay = weightDecay
  }
}
