import Tensors

/// SEAM's training loss on the maps of an image (view 1) and of its smaller copy (view 2).
///
/// With c the activation maps and v the refined ones, each brought to `0...1`:
///
///     L = (Lcls1 + Lcls2) / 2 + Ler + Lecr [+ (Lmin1 + Lmin2) / 2]
///     Ler = mean |c1 - c2|                         over the image's foreground classes
///     Lecr = top(|winners(c2) - v1|) + top(|winners(c1) - v2|)
///
/// Lcls and Ler train classifier and backbone, Lecr and Lmin the pixel correlation only.
///
/// # Source
///
/// Wang et al., CVPR 2020, eq. 4–8. `YudeWang/SEAM train_SEAM.py`; `max_norm` in
/// `tool/visualization.py`. Lmin is a term of the code that the paper does not have.
struct EquivariantLoss {
  private static let epsilon = 1e-5

  /// The scale of the smaller view.
  let smallScale: Double
  /// The share of the largest differences that Lecr counts.
  let hardFraction: Double
  /// Whether Lmin counts.
  let usesMinPooling: Bool

  /// The loss and its parts.
  struct Terms {
    var total: Tensor
    /// Lcls of both views.
    var classification: [Tensor]
    /// Lmin of both views, none if it does not count.
    var minPooling: [Tensor]
    /// Ler.
    var equivariance: Tensor
    /// The two parts of Lecr.
    var crossRegularization: [Tensor]
  }

  /// Returns the loss.
  ///
  /// - Parameters:
  ///   - large: Maps of the image, `[batch, 1 + classes, height, width]`.
  ///   - small: Maps of its copy, `[batch, 1 + classes, scale · height, scale · width]`.
  ///   - labels: `[batch, classes]` of 0 and 1.
  /// - Returns: The loss and its parts, each a scalar.
  /// - Throws: An error of the tensor engine.
  func callAsFunction(
    large: EquivariantNetwork.Maps, small: EquivariantNetwork.Maps, labels: Tensor
  ) throws -> Terms {
    let classification = try [large, small].map {
      let pooled = try $0.activation.mean(along: [2, 3])
      return try Tensor.multilabelSoftMarginLoss(Self.foreground(pooled), labels)
    }
    let channels = try CountedChannels(labels: labels)
    let minPooling =
      usesMinPooling ? try [large, small].map { try Self.minPooling($0.refined, channels) } : []
    let activations = [
      try channels.spread(reduced(Self.normalized(channels.of(large.activation)))),
      try channels.spread(Self.normalized(channels.of(small.activation))),
    ]
    let refined = [
      try channels.spread(reduced(Self.normalized(channels.of(large.refined)))),
      try channels.spread(Self.normalized(channels.of(small.refined))),
    ]
    let equivariance =
      try (Self.foreground(activations[0]) - Self.foreground(activations[1])).abs().mean()
    let targets = try activations.map(Self.target)
    let crossRegularization = try [(targets[1], refined[0]), (targets[0], refined[1])].map {
      try hardest(($0.0 - $0.1).abs())
    }
    var total =
      try (classification[0] + classification[1]) / 2.0 + equivariance
      + (crossRegularization[0] + crossRegularization[1])
    if usesMinPooling { total = try total + (minPooling[0] + minPooling[1]) / 2.0 }
    return Terms(
      total: total, classification: classification, minPooling: minPooling,
      equivariance: equivariance, crossRegularization: crossRegularization)
  }

  /// Brings the image's maps to the resolution of its copy's.
  private func reduced(_ maps: Tensor) throws -> Tensor {
    try maps.interpolated(scale: smallScale, alignCorners: true)
  }

  /// The mean of the largest differences of every image.
  private func hardest(_ differences: Tensor) throws -> Tensor {
    let flat = try differences.flattened(from: 1)
    let count = max(1, Int(Double(flat.shape[1]) * hardFraction))
    return try flat.topk(count, inOrder: false).values.mean()
  }

  /// What refined maps are compared with: the winners of the other view, without gradient.
  private static func target(_ activation: Tensor) throws -> Tensor {
    try withoutGradient {
      try activation.withForegroundWinners(background: { try 1.0 - $0 })
    }
  }

  /// Brings the positive part of every map to `0...1`.
  private static func normalized(_ maps: Tensor) throws -> Tensor {
    let positive = try maps.relu()
    let flat = try positive.flattened(from: 2)
    let shape = Array(maps.shape[..<2]) + [1, 1]
    let largest = try flat.maximum(along: 2).values.reshaped(shape)
    let smallest = try flat.minimum(along: 2).values.reshaped(shape)
    return try (positive - smallest - epsilon).relu() / (largest - smallest + epsilon)
  }

  /// The mean of the smallest quarter of every image's strongest scores, as far as it is positive.
  private static func minPooling(_ maps: Tensor, _ channels: CountedChannels) throws -> Tensor {
    let scores = try foreground(channels.spread(channels.of(maps)))
    let strongest = try scores.maximum(along: 1).values.flattened(from: 1)
    let count = max(1, strongest.shape[1] / 4)
    return try strongest.topk(count, largest: false, inOrder: false).values.relu().sum()
      / Double(count * strongest.shape[0])
  }

  private static func foreground(_ maps: Tensor) throws -> Tensor {
    try maps.narrow(along: 1, from: 1, count: maps.shape[1] - 1)
  }
}
