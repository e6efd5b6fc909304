internal import CTorch

extension Tensor {
  /// Returns a mean over values of which every sample of a batch has another number.
  ///
  /// ```
  /// mean = sum / (count + epsilon)
  /// ```
  /// Where several processes share the batch (``ProcessGroup/current``), the count is that of all of
  /// them, and the mean of the processes' results is the mean over the whole batch. A mean over
  /// samples, or over equally many values of each, needs no such care.
  ///
  /// - Parameters:
  ///   - sum: The sum of this process's values.
  ///   - count: Their number, a scalar without gradient.
  ///   - epsilon: Keeps the mean of no values finite, at least 0.
  /// - Returns: A scalar.
  /// - Throws: ``TensorError``, and ``ProcessGroupError`` if another process ended.
  public static func batchMean(
    ofSum sum: Tensor, count: Tensor, epsilon: Double = 0
  ) throws -> Tensor {
    guard let group = ProcessGroup.current else { return try sum / (count + epsilon) }
    let total = try group.sums([count.item()])[0]
    return try sum * (Double(group.count) / (total + epsilon))
  }

  /// Returns the sum over the processes that share a batch, for ``backward()`` in all of them.
  ///
  /// - Parameter group: The processes; the group must live until the backward pass.
  /// - Returns: A tensor of the same shape, equal in every process.
  /// - Throws: ``TensorError`` if another process ended.
  func sum(over group: ProcessGroup) throws -> Tensor {
    try group.withPointer { group in
      try Tensor.make(self) { ct_sum_over_processes($0, $1, group, $2) }
    }
  }
}
