public import Tensors

extension Tensor {
  /// Returns the softmax over the classes with a small probability added to every class.
  ///
  /// ```
  /// p = (softmax(x) + minimum) / sum over classes of (softmax(x) + minimum)
  /// ```
  /// It keeps the logarithms of SEC's and DSRG's losses finite.
  ///
  /// # Source
  ///
  /// `kolesman/SEC@c78419059f pylayers/pylayers/pylayers.py`, `SoftmaxLayer`: 1e-4.
  ///
  /// - Parameter minimum: The probability added to every class, at least 0.
  /// - Returns: Probabilities of the shape of the logits `[batch, classes, height, width]`.
  /// - Throws: `TensorError` if there is no axis 1.
  public func flooredSoftmax(minimum: Double = 1e-4) throws -> Tensor {
    try (softmax(along: 1) + minimum) / (1 + minimum * Double(size(of: 1)))
  }
}
