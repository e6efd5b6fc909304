internal import CTorch

extension Tensor {
  /// Whether operations on this tensor are recorded for ``backward()``.
  public var requiresGradient: Bool {
    withExtendedLifetime(handle) { ct_requires_gradient(handle.pointer) }
  }

  /// Whether this tensor is no recorded operation's result.
  public var isLeaf: Bool {
    withExtendedLifetime(handle) { ct_is_leaf(handle.pointer) }
  }

  /// The gradient that ``backward()`` has accumulated for this leaf, if any.
  public var gradient: Tensor? {
    var result: OpaquePointer?
    var failure: UnsafeMutablePointer<CChar>?
    let status = withExtendedLifetime(handle) { ct_gradient(&result, handle.pointer, &failure) }
    guard status == 0 else {
      ct_free_string(failure)
      return nil
    }
    return result.map { Tensor(TensorHandle($0)) }
  }

  /// Returns the same elements as a new leaf that requires gradients.
  ///
  /// - Returns: A tensor that shares this one's elements and none of its history.
  /// - Throws: ``TensorError`` if the elements are integers.
  public func requiringGradient() throws -> Tensor {
    let leaf = try detached()
    try leaf.setRequiresGradient(true)
    return leaf
  }

  /// Returns the same elements without their history, as a constant.
  ///
  /// - Returns: A tensor that shares this one's elements.
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func detached() throws -> Tensor {
    try Tensor.make(self, ct_detach)
  }

  /// Adds the gradients of this scalar to those of the leaves it was computed from.
  ///
  /// - Parameter keepingGraph: Whether another call may follow; otherwise the recorded operations
  ///   are released.
  /// - Throws: ``TensorError`` if this is not a scalar or nothing was recorded.
  public func backward(keepingGraph: Bool = false) throws {
    try Tensor.run { ct_backward(pointer, nil, keepingGraph, $0) }
    withExtendedLifetime(handle) {}
  }

  /// Adds the gradients of `sum(self * gradient)` to those of the leaves.
  ///
  /// - Parameters:
  ///   - gradient: The derivative of the objective by this tensor, of this tensor's shape.
  ///   - keepingGraph: Whether another call may follow.
  /// - Throws: ``TensorError`` if the shapes differ or nothing was recorded.
  public func backward(gradient: Tensor, keepingGraph: Bool = false) throws {
    try Tensor.run { ct_backward(pointer, gradient.pointer, keepingGraph, $0) }
    withExtendedLifetime((handle, gradient)) {}
  }

  /// Returns a scalar that was computed, together with its derivatives, outside the engine.
  ///
  /// - Parameters:
  ///   - value: The scalar's value.
  ///   - derivatives: What it was computed from, and its derivative by each, of the same shape.
  /// - Returns: A scalar of `value` whose ``backward()`` passes the derivatives on.
  /// - Throws: ``TensorError`` if the shapes do not fit.
  public static func scalar(
    _ value: Double, derivatives: [(of: Tensor, is: Tensor)]
  ) throws -> Tensor {
    let carrier = try derivatives.map { try ($0.of * $0.is).sum() }.reduce(nil) { sum, next in
      try sum.map { try $0 + next } ?? next
    }
    guard let carrier else { return try Tensor([value], shape: []) }
    // The difference is 0 in value and has the derivatives of the first part.
    return try (carrier - carrier.detached()) + value
  }

  func setRequiresGradient(_ required: Bool) throws {
    try Tensor.run("requiringGradient") { ct_set_requires_gradient(pointer, required, $0) }
    withExtendedLifetime(handle) {}
  }

  /// Forgets the accumulated gradient.
  func clearGradient() throws {
    try Tensor.run { ct_clear_gradient(pointer, $0) }
    withExtendedLifetime(handle) {}
  }
}

// MARK: - Changes in place

extension Tensor {
  /// Overwrites the elements, without recording it.
  ///
  /// - Parameter other: The new elements; broadcast to this shape and converted to this type.
  /// - Throws: ``TensorError`` if the shapes do not fit.
  public func copy(from other: Tensor) throws {
    try Tensor.run { ct_assign(pointer, other.pointer, $0) }
    withExtendedLifetime((handle, other)) {}
  }

  /// Adds `scale * other` to the elements, without recording it.
  ///
  /// - Parameters:
  ///   - other: The summand; broadcast to this shape.
  ///   - scale: The factor of `other`.
  /// - Throws: ``TensorError`` if the shapes do not fit.
  public func add(_ other: Tensor, scaled scale: Double = 1) throws {
    try Tensor.run { ct_accumulate(pointer, other.pointer, scale, $0) }
    withExtendedLifetime((handle, other)) {}
  }

  /// Multiplies the elements, without recording it.
  ///
  /// - Parameter factor: The factor of every element.
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func multiply(by factor: Double) throws {
    try Tensor.run { ct_scale(pointer, factor, $0) }
    withExtendedLifetime(handle) {}
  }

  /// Sets every element, without recording it.
  ///
  /// - Parameter value: The new value.
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func fill(with value: Double) throws {
    try Tensor.run { ct_fill(pointer, value, $0) }
    withExtendedLifetime(handle) {}
  }

  /// Sets every element to 0, without recording it.
  ///
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func zero() throws {
    try fill(with: 0)
  }
}
