import Tensors

/// The cross-entropy at the cells that have a cue.
///
/// ```
/// L = mean over images of ( - sum over cues of log p / number of cues )
/// ```
/// An image without cues counts as 0.
///
/// # Source
///
/// Kolesnikov and Lampert, ECCV 2016, eq. 2. `kolesman/SEC@c78419059f
/// pylayers/pylayers/pylayers.py`, `SeedLossLayer`: background and foreground are counted together.
struct SeedingLoss {
  /// Returns the loss.
  ///
  /// - Parameters:
  ///   - probabilities: `[batch, classes, height, width]`, above 0.
  ///   - cues: Zeros and ones of the same shape.
  /// - Returns: A scalar.
  /// - Throws: An error of the tensor engine.
  func callAsFunction(_ probabilities: Tensor, cues: Tensor) throws -> Tensor {
    let counts = try cues.sum(along: [1, 2, 3]).clamped(min: 1)
    return try -((cues * probabilities.log()).sum(along: [1, 2, 3]) / counts).mean()
  }
}
