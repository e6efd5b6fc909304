internal import CTorch

extension Tensor {
  /// Returns the elements normalized per channel over the batch.
  ///
  /// ```
  /// y = (x - mean) / sqrt(variance + epsilon) * weight + bias
  /// ```
  ///
  /// - Parameters:
  ///   - weight: The scale of every channel, or none.
  ///   - bias: The shift of every channel, or none.
  ///   - runningMean: The stored means; with `training` they are updated, and may be missing.
  ///   - runningVariance: The stored variances, likewise.
  ///   - training: Whether mean and (biased) variance come from this batch.
  ///   - momentum: The share of this batch in the updated statistics.
  ///   - epsilon: Added to the variance.
  /// - Returns: The normalized tensor, of the same shape.
  /// - Throws: ``TensorError`` if the sizes do not fit, or statistics are missing.
  public func batchNorm(
    weight: Tensor? = nil, bias: Tensor? = nil, runningMean: Tensor? = nil,
    runningVariance: Tensor? = nil, training: Bool, momentum: Double = 0.1,
    epsilon: Double = 1e-5
  ) throws -> Tensor {
    defer { withExtendedLifetime((weight, bias, runningMean, runningVariance)) {} }
    return try Tensor.make(self) {
      ct_batch_norm(
        $0, $1, weight?.pointer, bias?.pointer, runningMean?.pointer, runningVariance?.pointer,
        training, momentum, epsilon, $2)
    }
  }

  /// Returns the elements normalized per sample over groups of channels.
  ///
  /// - Parameters:
  ///   - groups: The number of groups; it divides the number of channels.
  ///   - weight: The scale of every channel, or none.
  ///   - bias: The shift of every channel, or none.
  ///   - epsilon: Added to the variance.
  /// - Returns: The normalized tensor, of the same shape.
  /// - Throws: ``TensorError`` if the sizes do not fit.
  public func groupNorm(
    groups: Int, weight: Tensor? = nil, bias: Tensor? = nil, epsilon: Double = 1e-5
  ) throws -> Tensor {
    defer { withExtendedLifetime((weight, bias)) {} }
    return try Tensor.make(self) {
      ct_group_norm($0, $1, groups, weight?.pointer, bias?.pointer, epsilon, $2)
    }
  }
}

// MARK: - Dropout

extension Tensor {
  /// Returns the elements with some set to 0 and the others scaled up, so that the mean stays.
  ///
  /// - Parameters:
  ///   - probability: The share that is dropped, in `0 ..< 1`.
  ///   - seed: The seed of the draw.
  /// - Returns: The changed tensor, of the same shape.
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func dropout(_ probability: Double, seed: UInt64) throws -> Tensor {
    try dropout(probability, seeds: [seed], byChannel: false)
  }

  /// Returns the elements with whole channels set to 0 and the others scaled up.
  ///
  /// - Parameters:
  ///   - probability: The share that is dropped, in `0 ..< 1`.
  ///   - seed: The seed of the draw.
  /// - Returns: The changed tensor, of the same shape.
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func dropout2d(_ probability: Double, seed: UInt64) throws -> Tensor {
    try dropout(probability, seeds: [seed], byChannel: true)
  }

  /// Drops elements, with a draw of its own for every sample if there are as many seeds.
  ///
  /// - Parameters:
  ///   - probability: The share that is dropped, in `0 ..< 1`.
  ///   - seeds: One seed, or one for each entry of the first axis, so that what a sample loses
  ///     does not depend on the rest of the batch.
  ///   - byChannel: Whether whole channels are dropped.
  /// - Returns: The changed tensor, of the same shape.
  /// - Throws: ``TensorError`` if the number of seeds does not fit.
  public func dropout(
    _ probability: Double, seeds: [UInt64], byChannel: Bool
  ) throws -> Tensor {
    precondition(
      (0..<1).contains(probability), "The dropout probability must be in 0..<1, got \(probability)")
    return try Tensor.make(self) {
      ct_dropout($0, $1, probability, byChannel, seeds, seeds.count, $2)
    }
  }
}
