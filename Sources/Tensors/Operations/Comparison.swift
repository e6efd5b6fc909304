internal import CTorch

// Comparisons give `bool` tensors.

extension Tensor {
  /// Returns where the elements are equal to those of another tensor.
  ///
  /// - Parameter other: A tensor; the shapes are broadcast together.
  /// - Returns: A `bool` tensor.
  /// - Throws: ``TensorError`` if the shapes cannot be broadcast together.
  public func equal(to other: Tensor) throws -> Tensor {
    try Tensor.make(self, other, ct_equal)
  }

  /// Returns where the elements are equal to a number.
  ///
  /// - Parameter value: A number.
  /// - Returns: A `bool` tensor.
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func equal(to value: Double) throws -> Tensor {
    try Tensor.make(self) { ct_equal_scalar($0, $1, value, $2) }
  }

  /// Returns where the elements are different from those of another tensor.
  ///
  /// - Parameter other: A tensor; the shapes are broadcast together.
  /// - Returns: A `bool` tensor.
  /// - Throws: ``TensorError`` if the shapes cannot be broadcast together.
  public func notEqual(to other: Tensor) throws -> Tensor {
    try Tensor.make(self, other, ct_not_equal)
  }

  /// Returns where the elements are different from a number.
  ///
  /// - Parameter value: A number.
  /// - Returns: A `bool` tensor.
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func notEqual(to value: Double) throws -> Tensor {
    try Tensor.make(self) { ct_not_equal_scalar($0, $1, value, $2) }
  }

  /// Returns where the elements are greater than those of another tensor.
  ///
  /// - Parameter other: A tensor; the shapes are broadcast together.
  /// - Returns: A `bool` tensor.
  /// - Throws: ``TensorError`` if the shapes cannot be broadcast together.
  public func greater(than other: Tensor) throws -> Tensor {
    try Tensor.make(self, other, ct_greater)
  }

  /// Returns where the elements are greater than a number.
  ///
  /// - Parameter value: A number.
  /// - Returns: A `bool` tensor.
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func greater(than value: Double) throws -> Tensor {
    try Tensor.make(self) { ct_greater_scalar($0, $1, value, $2) }
  }

  /// Returns where the elements are greater than or equal to those of another tensor.
  ///
  /// - Parameter other: A tensor; the shapes are broadcast together.
  /// - Returns: A `bool` tensor.
  /// - Throws: ``TensorError`` if the shapes cannot be broadcast together.
  public func greaterOrEqual(to other: Tensor) throws -> Tensor {
    try Tensor.make(self, other, ct_greater_equal)
  }

  /// Returns where the elements are greater than or equal to a number.
  ///
  /// - Parameter value: A number.
  /// - Returns: A `bool` tensor.
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func greaterOrEqual(to value: Double) throws -> Tensor {
    try Tensor.make(self) { ct_greater_equal_scalar($0, $1, value, $2) }
  }

  /// Returns where the elements are less than those of another tensor.
  ///
  /// - Parameter other: A tensor; the shapes are broadcast together.
  /// - Returns: A `bool` tensor.
  /// - Throws: ``TensorError`` if the shapes cannot be broadcast together.
  public func less(than other: Tensor) throws -> Tensor {
    try Tensor.make(self, other, ct_less)
  }

  /// Returns where the elements are less than a number.
  ///
  /// - Parameter value: A number.
  /// - Returns: A `bool` tensor.
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func less(than value: Double) throws -> Tensor {
    try Tensor.make(self) { ct_less_scalar($0, $1, value, $2) }
  }

  /// Returns where the elements are less than or equal to those of another tensor.
  ///
  /// - Parameter other: A tensor; the shapes are broadcast together.
  /// - Returns: A `bool` tensor.
  /// - Throws: ``TensorError`` if the shapes cannot be broadcast together.
  public func lessOrEqual(to other: Tensor) throws -> Tensor {
    try Tensor.make(self, other, ct_less_equal)
  }

  /// Returns where the elements are less than or equal to a number.
  ///
  /// - Parameter value: A number.
  /// - Returns: A `bool` tensor.
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func lessOrEqual(to value: Double) throws -> Tensor {
    try Tensor.make(self) { ct_less_equal_scalar($0, $1, value, $2) }
  }

  /// Returns where both tensors are nonzero.
  ///
  /// - Parameter other: A tensor; the shapes are broadcast together.
  /// - Returns: A `bool` tensor.
  /// - Throws: ``TensorError`` if the shapes cannot be broadcast together.
  public func logicalAnd(_ other: Tensor) throws -> Tensor {
    try Tensor.make(self, other, ct_logical_and)
  }

  /// Returns where at least one of the tensors is nonzero.
  ///
  /// - Parameter other: A tensor; the shapes are broadcast together.
  /// - Returns: A `bool` tensor.
  /// - Throws: ``TensorError`` if the shapes cannot be broadcast together.
  public func logicalOr(_ other: Tensor) throws -> Tensor {
    try Tensor.make(self, other, ct_logical_or)
  }

  /// Returns where the elements are zero.
  ///
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func logicalNot() throws -> Tensor {
    try Tensor.make(self, ct_logical_not)
  }

  /// Returns where the elements are not a number.
  ///
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func isNaN() throws -> Tensor {
    try Tensor.make(self, ct_is_nan)
  }

  /// Returns where the elements are neither infinite nor not a number.
  ///
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func isFinite() throws -> Tensor {
    try Tensor.make(self, ct_is_finite)
  }

  /// Returns the elements of one tensor where a condition holds, and of another elsewhere.
  ///
  /// - Parameters:
  ///   - condition: A `bool` tensor.
  ///   - a: The elements where the condition holds.
  ///   - b: The elements where it does not; the three shapes are broadcast together.
  /// - Returns: The chosen elements.
  /// - Throws: ``TensorError`` if the shapes cannot be broadcast together.
  public static func select(
    _ condition: Tensor, _ a: Tensor, _ b: Tensor
  ) throws -> Tensor {
    try make(condition, a, b) { ct_where($0, $1, $2, $3 ?? $2, $4) }
  }

  /// Returns the elements with some of them replaced by a number.
  ///
  /// - Parameters:
  ///   - mask: A `bool` tensor, broadcast to this shape: where to replace.
  ///   - value: The number.
  /// - Returns: A changed copy.
  /// - Throws: ``TensorError`` if the shapes cannot be broadcast together.
  public func maskedFill(_ mask: Tensor, with value: Double) throws -> Tensor {
    try Tensor.make(self, mask) { ct_masked_fill($0, $1, $2, value, $3) }
  }
}
