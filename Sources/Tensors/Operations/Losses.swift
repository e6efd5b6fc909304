internal import CTorch

extension Tensor {
  /// Returns the multi-label soft margin loss, averaged over samples and classes.
  ///
  /// ```
  /// loss = -mean(y * log(sigmoid(x)) + (1 - y) * log(sigmoid(-x)))
  /// ```
  ///
  /// - Parameters:
  ///   - logits: The scores x, of any shape.
  ///   - labels: The labels y in `0...1`, of the same shape and type.
  /// - Returns: A scalar.
  /// - Throws: ``TensorError`` if the shapes differ.
  public static func multilabelSoftMarginLoss(
    _ logits: Tensor, _ labels: Tensor
  ) throws -> Tensor {
    try make(logits, labels, ct_multilabel_soft_margin)
  }

  /// Returns the cross-entropy of the softmax over axis 1, averaged over the labels that count.
  ///
  /// Where several processes share a batch, the mean of their results is that over all labels.
  ///
  /// - Parameters:
  ///   - logits: `[batch, classes, height, width]`, or `[batch, classes]`.
  ///   - labels: `int64` class indices `[batch, height, width]`, or `[batch]`.
  ///   - ignoreIndex: The label that does not count.
  /// - Returns: A scalar; 0 if no label counts.
  /// - Throws: ``TensorError`` if the shapes do not fit or a label names no class.
  public static func crossEntropy(
    _ logits: Tensor, _ labels: Tensor, ignoreIndex: Int = 255
  ) throws -> Tensor {
    guard let group = ProcessGroup.current else {
      return try make(logits, labels) { ct_cross_entropy($0, $1, $2, ignoreIndex, nil, $3) }
    }
    return try group.withPointer { group in
      try make(logits, labels) { ct_cross_entropy($0, $1, $2, ignoreIndex, group, $3) }
    }
  }
}
