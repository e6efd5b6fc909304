internal import CTorch

// MARK: - By indices

extension Tensor {
  /// Returns `self[..., index[..., i, ...], ...]`: for every element of `index`, one of this tensor.
  ///
  /// - Parameters:
  ///   - axis: The axis that `index` counts along.
  ///   - index: An `int64` tensor with as many axes; it gives the result's shape.
  /// - Returns: A tensor of the shape of `index`.
  /// - Throws: ``TensorError`` if an index lies outside.
  public func gathered(along axis: Int, index: Tensor) throws -> Tensor {
    try Tensor.make(self, index) { ct_gather($0, $1, axis, $2, $3) }
  }

  /// Returns this tensor with elements of another put where an index says.
  ///
  /// - Parameters:
  ///   - source: The elements; at least as large as `index`.
  ///   - axis: The axis that `index` counts along.
  ///   - index: An `int64` tensor with as many axes. Of several elements for one place, which one
  ///     stays is not defined.
  /// - Returns: A changed copy.
  /// - Throws: ``TensorError`` if an index lies outside.
  public func scattering(_ source: Tensor, along axis: Int, index: Tensor) throws -> Tensor {
    try Tensor.make(self, index, source) { ct_scatter($0, $1, axis, $2, $3 ?? $2, $4) }
  }

  /// Returns this tensor with a number put where an index says.
  ///
  /// - Parameters:
  ///   - value: The number.
  ///   - axis: The axis that `index` counts along.
  ///   - index: An `int64` tensor with as many axes.
  /// - Returns: A changed copy.
  /// - Throws: ``TensorError`` if an index lies outside.
  public func scattering(_ value: Double, along axis: Int, index: Tensor) throws -> Tensor {
    try Tensor.make(self, index) { ct_scatter_value($0, $1, axis, $2, value, $3) }
  }

  /// Returns this tensor with elements of another added where an index says.
  ///
  /// - Parameters:
  ///   - source: The summands; at least as large as `index`.
  ///   - axis: The axis that `index` counts along.
  ///   - index: An `int64` tensor with as many axes.
  /// - Returns: A changed copy.
  /// - Throws: ``TensorError`` if an index lies outside.
  public func scatterAdding(_ source: Tensor, along axis: Int, index: Tensor) throws -> Tensor {
    try Tensor.make(self, index, source) { ct_scatter_add($0, $1, axis, $2, $3 ?? $2, $4) }
  }

  /// Returns chosen positions of an axis, in the given order.
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - indices: An `int64` tensor with one axis; positions may repeat.
  /// - Returns: A tensor with as many positions on that axis as `indices` has elements.
  /// - Throws: ``TensorError`` if a position lies outside.
  public func indexSelected(along axis: Int, indices: Tensor) throws -> Tensor {
    try Tensor.make(self, indices) { ct_index_select($0, $1, axis, $2, $3) }
  }

  /// Returns the positions of the elements that are not zero.
  ///
  /// - Returns: An `int64` tensor `[found, rank]`, in row-major order.
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func nonzero() throws -> Tensor {
    try Tensor.make(self, ct_nonzero)
  }

  /// Returns class indices as indicators along a new last axis.
  ///
  /// - Parameter classCount: The size of the new axis.
  /// - Returns: An `int64` tensor of zeros and ones.
  /// - Throws: ``TensorError`` if an element is not in `0 ..< classCount`.
  public func oneHot(classCount: Int) throws -> Tensor {
    try Tensor.make(self) { ct_one_hot($0, $1, classCount, $2) }
  }
}

// MARK: - By order

extension Tensor {
  /// Returns the elements in order along an axis; equal ones stay in theirs.
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - descending: Whether the greatest come first.
  /// - Returns: The elements and their `int64` positions here.
  /// - Throws: ``TensorError`` if the axis does not exist.
  public func sorted(
    along axis: Int = -1, descending: Bool = false
  ) throws -> (values: Tensor, indices: Tensor) {
    try Tensor.makeTwo(self) { ct_sort($0, $1, $2, axis, descending, $3) }
  }

  /// Returns the greatest or least elements along an axis.
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - axis: The axis.
  ///   - largest: Whether the greatest are wanted.
  ///   - inOrder: Whether they are sorted, the greatest or the least first. A sum needs no order, and
  ///     of many elements sorting takes as long as finding them.
  /// - Returns: The elements and their `int64` positions here.
  /// - Throws: ``TensorError`` if the axis is shorter than `count`.
  public func topk(
    _ count: Int, along axis: Int = -1, largest: Bool = true, inOrder: Bool = true
  ) throws -> (values: Tensor, indices: Tensor) {
    try Tensor.makeTwo(self) { ct_top($0, $1, $2, count, axis, largest, inOrder, $3) }
  }
}
