public import Tensors

/// The loss that pulls class probabilities P towards those that respect the image's edges, Q.
///
/// ```
/// L = mean over samples and pixels of sum over classes of Q * log(Q / P)
/// ```
///
/// # Source
///
/// SEC's constrain-to-boundary loss (Kolesnikov and Lampert, ECCV 2016, eq. 5) and DSRG's boundary
/// loss (Huang et al., CVPR 2018), which bounds the ratio. `kolesman/SEC@c78419059f` and
/// `speedinghzl/DSRG@91efdf7d4b pylayers/pylayers/pylayers.py`, `ConstrainLossLayer`.
public struct ConstrainToBoundaryLoss: Sendable {
  /// The bounds of Q / P, nil for none as in SEC; DSRG has `0.05...20`.
  public var ratioBounds: ClosedRange<Double>?

  /// Creates the loss.
  ///
  /// - Parameter ratioBounds: The bounds of Q / P, nil for none.
  public init(ratioBounds: ClosedRange<Double>? = nil) {
    self.ratioBounds = ratioBounds
  }

  /// Returns the loss.
  ///
  /// - Parameters:
  ///   - probabilities: P, `[batch, classes, height, width]`, above 0.
  ///   - refined: Q, of the same shape; see ``BoundaryRefinement``. A constant in SEC.
  /// - Returns: A scalar.
  /// - Throws: An error of the tensor engine.
  public func callAsFunction(_ probabilities: Tensor, refined: Tensor) throws -> Tensor {
    var ratio = try refined / probabilities
    if let bounds = ratioBounds {
      ratio = try ratio.clamped(min: bounds.lowerBound, max: bounds.upperBound)
    }
    return try (refined * ratio.log()).sum(along: 1).mean()
  }
}
