internal import CTorch

// MARK: - Views

extension Tensor {
  /// Returns the elements in another shape, as a view if they lie suitably.
  ///
  /// - Parameter shape: The size of every axis; one of them may be -1, for what remains.
  /// - Returns: The elements in row-major order, as a tensor of `shape`.
  /// - Throws: ``TensorError`` if the number of elements differs.
  public func reshaped(_ shape: [Int]) throws -> Tensor {
    try shape.withShape { shape in try Tensor.make(self) { ct_reshape($0, $1, shape, $2) } }
  }

  /// Returns the elements with the axes from `first` on joined into one.
  ///
  /// - Parameter first: The first axis to join.
  /// - Returns: A tensor with `first + 1` axes.
  /// - Throws: ``TensorError`` if the axis does not exist.
  public func flattened(from first: Int = 0) throws -> Tensor {
    try Tensor.make(self) { ct_flatten($0, $1, first, -1, $2) }
  }

  /// Returns a view with the axes in another order.
  ///
  /// - Parameter axes: For every axis of the result, the axis here.
  /// - Returns: A view of the same elements.
  /// - Throws: ``TensorError`` if `axes` is no permutation.
  public func permuted(_ axes: [Int]) throws -> Tensor {
    try axes.withShape { axes in try Tensor.make(self) { ct_permute($0, $1, axes, $2) } }
  }

  /// Returns a view with the axes in another order.
  ///
  /// - Parameter axes: For every axis of the result, the axis here.
  /// - Returns: A view of the same elements.
  /// - Throws: ``TensorError`` if `axes` is no permutation.
  public func permuted(_ axes: Int...) throws -> Tensor {
    try permuted(axes)
  }

  /// Returns a view with two axes swapped.
  ///
  /// - Parameters:
  ///   - first: An axis.
  ///   - second: Another axis.
  /// - Returns: A view of the same elements.
  /// - Throws: ``TensorError`` if an axis does not exist.
  public func transposed(_ first: Int, _ second: Int) throws -> Tensor {
    try Tensor.make(self) { ct_transpose($0, $1, first, second, $2) }
  }

  /// Returns a view with one more axis, of size 1.
  ///
  /// - Parameter axis: The new axis's place in the result.
  /// - Returns: A view of the same elements.
  /// - Throws: ``TensorError`` if there is no such place.
  public func unsqueezed(_ axis: Int) throws -> Tensor {
    try Tensor.make(self) { ct_unsqueeze($0, $1, axis, $2) }
  }

  /// Returns a view without an axis of size 1.
  ///
  /// - Parameter axis: The axis; one of another size stays.
  /// - Returns: A view of the same elements.
  /// - Throws: ``TensorError`` if the axis does not exist.
  public func squeezed(_ axis: Int) throws -> Tensor {
    try Tensor.make(self) { ct_squeeze($0, $1, axis, $2) }
  }

  /// Returns a view in which axes of size 1 appear as larger.
  ///
  /// - Parameter shape: The size of every axis; new ones come first, -1 keeps a size.
  /// - Returns: A view of the same elements.
  /// - Throws: ``TensorError`` if an axis of another size would have to grow.
  public func expanded(to shape: [Int]) throws -> Tensor {
    try shape.withShape { shape in try Tensor.make(self) { ct_expand($0, $1, shape, $2) } }
  }

  /// Returns a view of a part of one axis.
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - start: The first position.
  ///   - count: The number of positions.
  /// - Returns: A view, of size `count` on that axis.
  /// - Throws: ``TensorError`` if the part lies outside.
  public func narrow(along axis: Int, from start: Int, count: Int) throws -> Tensor {
    try Tensor.make(self) { ct_narrow($0, $1, axis, start, count, $2) }
  }
}

// MARK: - Copies

extension Tensor {
  /// Returns the elements row-major without gaps, as a copy only if they are not.
  ///
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func contiguous() throws -> Tensor {
    try Tensor.make(self, ct_contiguous)
  }

  /// Returns the elements with the channels of a pixel beside each other in memory.
  ///
  /// The shape stays `[batch, channels, height, width]`.
  ///
  /// - Throws: ``TensorError`` if there are not four axes.
  public func channelsLast() throws -> Tensor {
    try Tensor.make(self, ct_channels_last)
  }

  /// Returns a copy with elements of its own, which stays part of the graph.
  ///
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func cloned() throws -> Tensor {
    try Tensor.make(self, ct_clone)
  }

  /// Returns the elements repeated along every axis.
  ///
  /// - Parameter counts: How often, for every axis; new axes come first.
  /// - Returns: A larger copy.
  /// - Throws: ``TensorError`` if there are fewer counts than axes.
  public func repeated(_ counts: [Int]) throws -> Tensor {
    try counts.withShape { counts in try Tensor.make(self) { ct_repeat($0, $1, counts, $2) } }
  }

  /// Returns the elements mirrored.
  ///
  /// - Parameter axes: The axes whose order is reversed.
  /// - Returns: A mirrored copy.
  /// - Throws: ``TensorError`` if an axis does not exist.
  public func flipped(along axes: Int...) throws -> Tensor {
    try axes.withShape { axes in try Tensor.make(self) { ct_flip($0, $1, axes, $2) } }
  }

  /// Returns the elements with a margin around them.
  ///
  /// - Parameters:
  ///   - amounts: Two for each padded axis, the last axis first: left, right, top, bottom, …;
  ///     negative amounts crop.
  ///   - value: The value of the margin.
  /// - Returns: A copy of the new size.
  /// - Throws: ``TensorError`` if a size would become negative.
  public func padded(_ amounts: [Int], value: Double = 0) throws -> Tensor {
    try amounts.withShape { amounts in
      try Tensor.make(self) { ct_pad($0, $1, amounts, value, $2) }
    }
  }

  /// Returns the elements shifted, with those that leave one end coming in at the other.
  ///
  /// - Parameters:
  ///   - shifts: For each of `axes`, how far.
  ///   - axes: The axes to shift along.
  /// - Returns: A shifted copy.
  /// - Throws: ``TensorError`` if an axis does not exist.
  public func rolled(by shifts: [Int], along axes: [Int]) throws -> Tensor {
    try shifts.withShape { shifts in
      try axes.withShape { axes in
        try Tensor.make(self) { ct_roll($0, $1, shifts, axes, $2) }
      }
    }
  }

  /// Returns tensors joined along an axis they have.
  ///
  /// - Parameters:
  ///   - tensors: At least one; the sizes of the other axes agree.
  ///   - axis: The axis.
  /// - Returns: A tensor whose size on that axis is the sum of theirs.
  /// - Throws: ``TensorError`` if the shapes do not fit.
  public static func concatenate(_ tensors: [Tensor], along axis: Int) throws -> Tensor {
    defer { withExtendedLifetime(tensors) {} }
    return try make { ct_concatenate($0, tensors.map(\.pointer), tensors.count, axis, $1) }
  }

  /// Returns tensors joined along a new axis.
  ///
  /// - Parameters:
  ///   - tensors: At least one; all of the same shape.
  ///   - axis: The new axis's place in the result.
  /// - Returns: A tensor with one more axis, of size `tensors.count`.
  /// - Throws: ``TensorError`` if the shapes differ.
  public static func stack(_ tensors: [Tensor], along axis: Int = 0) throws -> Tensor {
    defer { withExtendedLifetime(tensors) {} }
    return try make { ct_stack($0, tensors.map(\.pointer), tensors.count, axis, $1) }
  }
}
