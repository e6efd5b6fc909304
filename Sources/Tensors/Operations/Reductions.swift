internal import CTorch

// MARK: - Over all elements

extension Tensor {
  /// Returns the sum of all elements, a scalar.
  ///
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func sum() throws -> Tensor {
    try Tensor.make(self, ct_sum_all)
  }

  /// Returns the mean of all elements, a scalar.
  ///
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func mean() throws -> Tensor {
    try Tensor.make(self, ct_mean_all)
  }

  /// Returns the greatest element, a scalar.
  ///
  /// - Throws: ``TensorError`` if libtorch refuses, for example an empty tensor.
  public func max() throws -> Tensor {
    try Tensor.make(self, ct_max_all)
  }

  /// Returns the least element, a scalar.
  ///
  /// - Throws: ``TensorError`` if libtorch refuses, for example an empty tensor.
  public func min() throws -> Tensor {
    try Tensor.make(self, ct_min_all)
  }

  /// Returns the square root of the sum of squares, a scalar.
  ///
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func norm() throws -> Tensor {
    try Tensor.make(self, ct_norm)
  }

  /// Returns whether some element is nonzero, a `bool` scalar.
  ///
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func any() throws -> Tensor {
    try Tensor.make(self, ct_any)
  }

  /// Returns whether all elements are nonzero, a `bool` scalar.
  ///
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func all() throws -> Tensor {
    try Tensor.make(self, ct_all)
  }
}

// MARK: - Along axes

extension Tensor {
  /// Returns sums along axes.
  ///
  /// - Parameters:
  ///   - axes: The axes to reduce.
  ///   - keepingDimensions: Whether the reduced axes stay, with size 1.
  /// - Returns: The reduced tensor.
  /// - Throws: ``TensorError`` if an axis does not exist.
  public func sum(along axes: [Int], keepingDimensions: Bool = false) throws -> Tensor {
    try axes.withShape { axes in
      try Tensor.make(self) { ct_sum($0, $1, axes, keepingDimensions, $2) }
    }
  }

  /// Returns sums along one axis.
  ///
  /// - Parameters:
  ///   - axis: The axis to reduce.
  ///   - keepingDimensions: Whether the reduced axes stay, with size 1.
  /// - Returns: The reduced tensor.
  /// - Throws: ``TensorError`` if an axis does not exist.
  public func sum(along axis: Int, keepingDimensions: Bool = false) throws -> Tensor {
    try sum(along: [axis], keepingDimensions: keepingDimensions)
  }

  /// Returns means along axes.
  ///
  /// - Parameters:
  ///   - axes: The axes to reduce.
  ///   - keepingDimensions: Whether the reduced axes stay, with size 1.
  /// - Returns: The reduced tensor.
  /// - Throws: ``TensorError`` if an axis does not exist.
  public func mean(along axes: [Int], keepingDimensions: Bool = false) throws -> Tensor {
    try axes.withShape { axes in
      try Tensor.make(self) { ct_mean($0, $1, axes, keepingDimensions, $2) }
    }
  }

  /// Returns means along one axis.
  ///
  /// - Parameters:
  ///   - axis: The axis to reduce.
  ///   - keepingDimensions: Whether the reduced axes stay, with size 1.
  /// - Returns: The reduced tensor.
  /// - Throws: ``TensorError`` if an axis does not exist.
  public func mean(along axis: Int, keepingDimensions: Bool = false) throws -> Tensor {
    try mean(along: [axis], keepingDimensions: keepingDimensions)
  }

  /// Returns the greatest elements along axes; ties share the gradient.
  ///
  /// - Parameters:
  ///   - axes: The axes to reduce.
  ///   - keepingDimensions: Whether the reduced axes stay, with size 1.
  /// - Returns: The reduced tensor.
  /// - Throws: ``TensorError`` if an axis does not exist.
  public func amax(along axes: [Int], keepingDimensions: Bool = false) throws -> Tensor {
    try axes.withShape { axes in
      try Tensor.make(self) { ct_amax($0, $1, axes, keepingDimensions, $2) }
    }
  }

  /// Returns the greatest elements along one axis; ties share the gradient.
  ///
  /// - Parameters:
  ///   - axis: The axis to reduce.
  ///   - keepingDimensions: Whether the reduced axes stay, with size 1.
  /// - Returns: The reduced tensor.
  /// - Throws: ``TensorError`` if an axis does not exist.
  public func amax(along axis: Int, keepingDimensions: Bool = false) throws -> Tensor {
    try amax(along: [axis], keepingDimensions: keepingDimensions)
  }

  /// Returns the least elements along axes; ties share the gradient.
  ///
  /// - Parameters:
  ///   - axes: The axes to reduce.
  ///   - keepingDimensions: Whether the reduced axes stay, with size 1.
  /// - Returns: The reduced tensor.
  /// - Throws: ``TensorError`` if an axis does not exist.
  public func amin(along axes: [Int], keepingDimensions: Bool = false) throws -> Tensor {
    try axes.withShape { axes in
      try Tensor.make(self) { ct_amin($0, $1, axes, keepingDimensions, $2) }
    }
  }

  /// Returns the least elements along one axis; ties share the gradient.
  ///
  /// - Parameters:
  ///   - axis: The axis to reduce.
  ///   - keepingDimensions: Whether the reduced axes stay, with size 1.
  /// - Returns: The reduced tensor.
  /// - Throws: ``TensorError`` if an axis does not exist.
  public func amin(along axis: Int, keepingDimensions: Bool = false) throws -> Tensor {
    try amin(along: [axis], keepingDimensions: keepingDimensions)
  }

  /// Returns `log(sum(exp(x)))` along axes, without overflow.
  ///
  /// - Parameters:
  ///   - axes: The axes to reduce.
  ///   - keepingDimensions: Whether the reduced axes stay, with size 1.
  /// - Returns: The reduced tensor.
  /// - Throws: ``TensorError`` if an axis does not exist.
  public func logSumExp(along axes: [Int], keepingDimensions: Bool = false) throws -> Tensor {
    try axes.withShape { axes in
      try Tensor.make(self) { ct_log_sum_exp($0, $1, axes, keepingDimensions, $2) }
    }
  }

  /// Returns `log(sum(exp(x)))` along one axis, without overflow.
  ///
  /// - Parameters:
  ///   - axis: The axis to reduce.
  ///   - keepingDimensions: Whether the reduced axes stay, with size 1.
  /// - Returns: The reduced tensor.
  /// - Throws: ``TensorError`` if an axis does not exist.
  public func logSumExp(along axis: Int, keepingDimensions: Bool = false) throws -> Tensor {
    try logSumExp(along: [axis], keepingDimensions: keepingDimensions)
  }

  /// Returns variances along axes.
  ///
  /// - Parameters:
  ///   - axes: The axes to reduce.
  ///   - unbiased: Whether to divide by `n - 1` instead of `n`.
  ///   - keepingDimensions: Whether the reduced axes stay, with size 1.
  /// - Returns: The reduced tensor.
  /// - Throws: ``TensorError`` if an axis does not exist.
  public func variance(
    along axes: [Int], unbiased: Bool = false, keepingDimensions: Bool = false
  ) throws -> Tensor {
    try axes.withShape { axes in
      try Tensor.make(self) { ct_variance($0, $1, axes, unbiased, keepingDimensions, $2) }
    }
  }

  /// Returns the greatest elements along an axis and where they are.
  ///
  /// - Parameters:
  ///   - axis: The axis to reduce.
  ///   - keepingDimensions: Whether the reduced axes stay, with size 1.
  /// - Returns: The elements and their `int64` positions on the axis.
  /// - Throws: ``TensorError`` if an axis does not exist.
  public func maximum(
    along axis: Int, keepingDimensions: Bool = false
  ) throws -> (values: Tensor, indices: Tensor) {
    try Tensor.makeTwo(self) { ct_max_along($0, $1, $2, axis, keepingDimensions, $3) }
  }

  /// Returns the least elements along an axis and where they are.
  ///
  /// - Parameters:
  ///   - axis: The axis to reduce.
  ///   - keepingDimensions: Whether the reduced axes stay, with size 1.
  /// - Returns: The elements and their `int64` positions on the axis.
  /// - Throws: ``TensorError`` if an axis does not exist.
  public func minimum(
    along axis: Int, keepingDimensions: Bool = false
  ) throws -> (values: Tensor, indices: Tensor) {
    try Tensor.makeTwo(self) { ct_min_along($0, $1, $2, axis, keepingDimensions, $3) }
  }

  /// Returns where the greatest elements along an axis are.
  ///
  /// - Parameters:
  ///   - axis: The axis to reduce.
  ///   - keepingDimensions: Whether the reduced axes stay, with size 1.
  /// - Returns: `int64` positions on the axis; of equal elements the first on the CPU.
  /// - Throws: ``TensorError`` if an axis does not exist.
  public func argmax(along axis: Int, keepingDimensions: Bool = false) throws -> Tensor {
    try Tensor.make(self) { ct_argmax($0, $1, axis, keepingDimensions, $2) }
  }

  /// Returns the running sums along an axis.
  ///
  /// - Parameter axis: The axis.
  /// - Returns: A tensor of the same shape.
  /// - Throws: ``TensorError`` if an axis does not exist.
  public func cumulativeSum(along axis: Int) throws -> Tensor {
    try Tensor.make(self) { ct_cumulative_sum($0, $1, axis, $2) }
  }

  /// Returns `exp(x) / sum(exp(x))` along an axis.
  ///
  /// - Parameter axis: The axis.
  /// - Returns: A tensor of the same shape.
  /// - Throws: ``TensorError`` if an axis does not exist.
  public func softmax(along axis: Int) throws -> Tensor {
    try Tensor.make(self) { ct_softmax($0, $1, axis, $2) }
  }

  /// Returns the logarithm of the softmax along an axis, without underflow.
  ///
  /// - Parameter axis: The axis.
  /// - Returns: A tensor of the same shape.
  /// - Throws: ``TensorError`` if an axis does not exist.
  public func logSoftmax(along axis: Int) throws -> Tensor {
    try Tensor.make(self) { ct_log_softmax($0, $1, axis, $2) }
  }
}
