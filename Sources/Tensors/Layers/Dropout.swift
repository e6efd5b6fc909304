internal import Essentials

/// Random zeros during training, the identity otherwise.
///
/// What a sample loses depends on its seed and on the layer's name only, not on the rest of the
/// batch or on other layers.
public struct Dropout {
  /// The share that is dropped.
  public let probability: Double
  /// Whether whole channels are dropped.
  public let byChannel: Bool

  private let name: String

  /// Creates the layer, which has no parameters.
  ///
  /// - Parameters:
  ///   - path: The layer's name, which gives it random numbers of its own.
  ///   - probability: The share that is dropped, in `0 ..< 1`.
  ///   - byChannel: Whether whole channels are dropped.
  public init(_ path: ParameterPath, probability: Double = 0.5, byChannel: Bool = false) {
    precondition(
      (0..<1).contains(probability), "The dropout probability must be in 0..<1, got \(probability)")
    self.probability = probability
    self.byChannel = byChannel
    name = path.name
  }

  /// Returns the input, as in evaluation.
  ///
  /// - Parameter x: `[batch, ...]`.
  /// - Returns: The input itself.
  public func callAsFunction(_ x: Tensor) -> Tensor { x }

  /// Applies the layer.
  ///
  /// - Parameters:
  ///   - x: `[batch, ...]`.
  ///   - sampleSeeds: In training a seed for every sample; nil in evaluation.
  /// - Returns: The tensor with some elements set to 0 and the others scaled up.
  /// - Throws: ``TensorError`` if the number of seeds differs from that of the samples.
  public func callAsFunction(_ x: Tensor, sampleSeeds: [UInt64]?) throws -> Tensor {
    guard let sampleSeeds, probability > 0 else { return x }
    let seeds = sampleSeeds.map { seed in
      var stream = RandomStream(seed: seed, name)
      return stream.next()
    }
    return try x.dropout(probability, seeds: seeds, byChannel: byChannel)
  }
}
