import Tensors

/// Pulls the probabilities at seeds towards the seeds' classes, background and foreground alike.
///
/// With the seeds S and the probabilities P of one image, averaged over the batch:
/// ```
/// L = - Σ S₀ log P₀ / max(|S₀|, ε) - Σ S₊ log P₊ / max(|S₊|, ε)
/// ```
/// where `₀` is the background and `₊` all other classes. Seeds are constants.
///
/// # Source
///
/// Huang et al., CVPR 2018, eq. (2). `speedinghzl/DSRG@91efdf7d pylayers/pylayers/pylayers.py:
/// BalancedSeedLossLayer`; ε there is 1e-4.
struct BalancedSeedLoss {
  /// The least number of seeds that a sum is divided by, for images without any.
  private static let smallestCount = 1e-4

  /// Returns the loss.
  ///
  /// - Parameters:
  ///   - probabilities: `[batch, classes, height, width]`, each above 0.
  ///   - seeds: 0 and 1 of the same shape.
  /// - Returns: A scalar.
  /// - Throws: An error of the tensor engine.
  func callAsFunction(_ probabilities: Tensor, seeds: Tensor) throws -> Tensor {
    let likelihoods = try seeds * probabilities.log()
    let classCount = probabilities.shape[1]
    func share(from first: Int, count: Int) throws -> Tensor {
      let sum = try likelihoods.narrow(along: 1, from: first, count: count).sum(along: [1, 2, 3])
      let seedCount = try seeds.narrow(along: 1, from: first, count: count).sum(along: [1, 2, 3])
      return try -(sum / seedCount.clamped(min: Self.smallestCount)).mean()
    }
    return try share(from: 0, count: 1) + share(from: 1, count: classCount - 1)
  }
}
