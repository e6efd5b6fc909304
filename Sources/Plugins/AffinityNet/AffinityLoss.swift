import Tensors

/// The training loss of affinities: pairs of one class attract, pairs of two classes repel.
///
///     L = Lbg / 4 + Lfg / 4 + Lneg / 2
///
/// Each part is the mean over its pairs of -log a, or of -log(1 - a) for pairs of two classes.
///
/// # Source
///
/// Ahn and Kwak, CVPR 2018, eq. 5–8. `jiwoon-ahn/psa train_aff.py`.
struct AffinityLoss {
  /// Keeps logarithms finite.
  private static let epsilon = 1e-5

  /// The loss and its parts.
  struct Terms {
    var total: Tensor
    /// Pairs of background.
    var background: Tensor
    /// Pairs of one foreground class.
    var foreground: Tensor
    /// Pairs of two classes.
    var negative: Tensor
  }

  /// Returns the loss.
  ///
  /// - Parameters:
  ///   - affinities: `[batch, offsets, sources]` in `0...1`.
  ///   - labels: What every pair counts for.
  /// - Returns: The loss and its parts, each a scalar.
  /// - Throws: An error of the tensor engine.
  func callAsFunction(_ affinities: Tensor, labels: PixelPairs.Labels) throws -> Terms {
    let attract = try -(affinities + Self.epsilon).log()
    let repel = try -((1.0 + Self.epsilon) - affinities).log()
    func mean(_ values: Tensor, over pairs: Tensor) throws -> Tensor {
      try Tensor.batchMean(
        ofSum: (pairs * values).sum(), count: pairs.sum(), epsilon: Self.epsilon)
    }
    let background = try mean(attract, over: labels.background)
    let foreground = try mean(attract, over: labels.foreground)
    let negative = try mean(repel, over: labels.negative)
    return Terms(
      total: try background / 4.0 + foreground / 4.0 + negative / 2.0, background: background,
      foreground: foreground, negative: negative)
  }
}
