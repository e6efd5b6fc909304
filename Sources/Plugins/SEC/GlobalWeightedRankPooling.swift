import Tensors

/// A weighted mean over positions in which a class's highest scores count most.
///
/// ```
/// G = sum_j q^j p_(j) / sum_j q^j,   p_(0) >= p_(1) >= …
/// ```
/// With q = 1 it is the mean and with q = 0 the maximum.
///
/// # Source
///
/// Kolesnikov and Lampert, "Seed, expand and constrain", ECCV 2016, eq. 3.
/// `kolesman/SEC@c78419059f pylayers/pylayers/pylayers.py`, `ExpandLossLayer`.
struct GlobalWeightedRankPooling {
  /// The factor q from one rank to the next, in `0...1`.
  let decay: Double

  init(decay: Double) {
    precondition((0...1).contains(decay), "The decay of ranks must be in 0...1, got \(decay)")
    self.decay = decay
  }

  /// Returns the pooled scores.
  ///
  /// - Parameter ranked: `[batch, classes, positions]`, in descending order along the last axis.
  /// - Returns: `[batch, classes]`.
  /// - Throws: An error of the tensor engine.
  func callAsFunction(_ ranked: Tensor) throws -> Tensor {
    let weights = weights(count: ranked.size(of: 2))
    let factors = try Tensor(weights.map(Float.init), shape: [1, 1, weights.count])
    return try (ranked * factors.to(ranked.device)).sum(along: 2)
  }

  /// The weight of every rank; their sum is 1.
  func weights(count: Int) -> [Double] {
    var weight = 1.0
    let powers = (0..<count).map { _ in
      defer { weight *= decay }
      return weight
    }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }
}
