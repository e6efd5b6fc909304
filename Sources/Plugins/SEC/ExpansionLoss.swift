import Tensors

/// The loss that lets every present class fill a sensible part of the image, and no absent one any.
///
/// ```
/// L = mean over images of ( - mean over present classes of log G(q₊)
///                           - mean over absent classes of log(1 - max p)
///                           - log G(q₀) of the background )
/// ```
/// with G from ``GlobalWeightedRankPooling``. An image without present, or without absent, classes
/// leaves that term out.
///
/// # Source
///
/// Kolesnikov and Lampert, ECCV 2016, eq. 4: q₊ = 0.996, q₀ = 0.999, q₋ = 0.
/// `kolesman/SEC@c78419059f pylayers/pylayers/pylayers.py`, `ExpandLossLayer`.
struct ExpansionLoss {
  /// The decay of ranks of present classes.
  var foreground = GlobalWeightedRankPooling(decay: 0.996)
  /// The decay of ranks of the background.
  var background = GlobalWeightedRankPooling(decay: 0.999)

  /// The loss's three parts, each a scalar, and what the first and the last are made of.
  struct Terms {
    var present: Tensor
    var absent: Tensor
    var background: Tensor
    /// G of the foreground classes, `[batch, classes - 1]`.
    var foregroundPool: Tensor
    /// G of the background, `[batch]`.
    var backgroundPool: Tensor

    /// The sum of the parts.
    func total() throws -> Tensor { try present + absent + background }
  }

  /// Returns the loss.
  ///
  /// - Parameters:
  ///   - probabilities: `[batch, classes, height, width]`, above 0 and below 1, background first.
  ///   - labels: The image-level labels, `[batch, classes - 1]` of zeros and ones.
  /// - Returns: The parts of the loss.
  /// - Throws: An error of the tensor engine.
  func callAsFunction(_ probabilities: Tensor, labels: Tensor) throws -> Terms {
    let shape = probabilities.shape
    let ranked = try probabilities.reshaped([shape[0], shape[1], shape[2] * shape[3]])
      .sorted(along: 2, descending: true).values
    let classes = try ranked.narrow(along: 1, from: 1, count: shape[1] - 1)
    let foregroundPool = try foreground(classes)
    let backgroundPool = try background(ranked.narrow(along: 1, from: 0, count: 1))
      .reshaped([shape[0]])
    // The first rank is the maximum.
    let highest = try classes.narrow(along: 2, from: 0, count: 1).squeezed(2)
    let absence = try 1.0 - labels
    return Terms(
      present: try Self.mean(of: foregroundPool.log(), where: labels),
      absent: try Self.mean(of: (1.0 - highest).log(), where: absence),
      background: try -backgroundPool.log().mean(), foregroundPool: foregroundPool,
      backgroundPool: backgroundPool)
  }

  /// Returns minus the mean over images of the mean over the marked classes.
  private static func mean(of values: Tensor, where marks: Tensor) throws -> Tensor {
    try -((values * marks).sum(along: 1) / marks.sum(along: 1).clamped(min: 1)).mean()
  }
}
