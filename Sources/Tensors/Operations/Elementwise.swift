internal import CTorch
public import TensorFiles

extension Tensor {
  /// Returns the absolute value of every element.
  ///
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func abs() throws -> Tensor {
    try Tensor.make(self, ct_abs)
  }

  /// Returns e to the power of every element.
  ///
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func exp() throws -> Tensor {
    try Tensor.make(self, ct_exp)
  }

  /// Returns the natural logarithm of every element.
  ///
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func log() throws -> Tensor {
    try Tensor.make(self, ct_log)
  }

  /// Returns the square root of every element.
  ///
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func sqrt() throws -> Tensor {
    try Tensor.make(self, ct_sqrt)
  }

  /// Returns `1 / sqrt(x)` of every element.
  ///
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func rsqrt() throws -> Tensor {
    try Tensor.make(self, ct_rsqrt)
  }

  /// Returns the square of every element.
  ///
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func square() throws -> Tensor {
    try Tensor.make(self, ct_square)
  }

  /// Returns `1 / x` of every element.
  ///
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func reciprocal() throws -> Tensor {
    try Tensor.make(self, ct_reciprocal)
  }

  /// Returns -1, 0 or 1 for every element.
  ///
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func sign() throws -> Tensor {
    try Tensor.make(self, ct_sign)
  }

  /// Returns the sine of every element.
  ///
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func sin() throws -> Tensor {
    try Tensor.make(self, ct_sin)
  }

  /// Returns the cosine of every element.
  ///
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func cos() throws -> Tensor {
    try Tensor.make(self, ct_cos)
  }

  /// Returns the nearest whole number of every element, ties to even.
  ///
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func round() throws -> Tensor {
    try Tensor.make(self, ct_round)
  }

  /// Returns the largest whole number not above every element.
  ///
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func floor() throws -> Tensor {
    try Tensor.make(self, ct_floor)
  }

  /// Returns the smallest whole number not below every element.
  ///
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func ceil() throws -> Tensor {
    try Tensor.make(self, ct_ceil)
  }

  /// Returns `max(x, 0)` of every element.
  ///
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func relu() throws -> Tensor {
    try Tensor.make(self, ct_relu)
  }

  /// Returns `min(max(x, 0), 6)` of every element.
  ///
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func relu6() throws -> Tensor {
    try Tensor.make(self, ct_relu6)
  }

  /// Returns `x` where it is positive and `exp(x) - 1` elsewhere.
  ///
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func elu() throws -> Tensor {
    try Tensor.make(self, ct_elu)
  }

  /// Returns `1 / (1 + exp(-x))` of every element.
  ///
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func sigmoid() throws -> Tensor {
    try Tensor.make(self, ct_sigmoid)
  }

  /// Returns the logarithm of the sigmoid of every element, without underflow.
  ///
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func logSigmoid() throws -> Tensor {
    try Tensor.make(self, ct_log_sigmoid)
  }

  /// Returns the hyperbolic tangent of every element.
  ///
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func tanh() throws -> Tensor {
    try Tensor.make(self, ct_tanh)
  }

  /// Returns every element raised to a power.
  ///
  /// - Parameter exponent: The power.
  /// - Returns: A tensor of the broadcast shape.
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func pow(_ exponent: Double) throws -> Tensor {
    try Tensor.make(self) { ct_pow_scalar($0, $1, exponent, $2) }
  }

  /// Returns every element raised to a power of its own.
  ///
  /// - Parameter exponents: The powers; the shapes are broadcast together.
  /// - Returns: A tensor of the broadcast shape.
  /// - Throws: ``TensorError`` if the shapes cannot be broadcast together.
  public func pow(_ exponents: Tensor) throws -> Tensor {
    try Tensor.make(self, exponents, ct_pow)
  }

  /// Returns the elements moved into an interval.
  ///
  /// - Parameters:
  ///   - low: The least value; nil for no bound.
  ///   - high: The greatest value; nil for no bound.
  /// - Returns: The bounded elements, or this tensor if there is no bound.
  /// - Throws: ``TensorError`` if libtorch refuses.
  public func clamped(min low: Double? = nil, max high: Double? = nil) throws -> Tensor {
    if low == nil && high == nil { return self }
    return try Tensor.make(self) { ct_clamp($0, $1, low ?? .nan, high ?? .nan, $2) }
  }

  /// Returns the greater element of two tensors at every position.
  ///
  /// - Parameter other: A tensor; the shapes are broadcast together.
  /// - Returns: A tensor of the broadcast shape.
  /// - Throws: ``TensorError`` if the shapes cannot be broadcast together.
  public func maximum(_ other: Tensor) throws -> Tensor {
    try Tensor.make(self, other, ct_elementwise_max)
  }

  /// Returns the lesser element of two tensors at every position.
  ///
  /// - Parameter other: A tensor; the shapes are broadcast together.
  /// - Returns: A tensor of the broadcast shape.
  /// - Throws: ``TensorError`` if the shapes cannot be broadcast together.
  public func minimum(_ other: Tensor) throws -> Tensor {
    try Tensor.make(self, other, ct_elementwise_min)
  }

  /// Returns the elements converted to a type.
  ///
  /// - Parameter dtype: The type.
  /// - Returns: A converted copy, or this tensor if it has that type.
  /// - Throws: ``TensorError/unsupportedType(_:)`` for unsigned integers wider than a byte.
  public func to(_ dtype: DType) throws -> Tensor {
    let code = try dtype.supportedCode()
    return try Tensor.make(self) { ct_to_dtype($0, $1, code, $2) }
  }

  /// Returns the elements on a device.
  ///
  /// - Parameter device: The device.
  /// - Returns: A copy there, or this tensor if it is there.
  /// - Throws: ``TensorError/deviceUnavailable(_:available:)`` if this machine lacks it.
  public func to(_ device: Device) throws -> Tensor {
    let code = try device.checkedCode()
    return try Tensor.make(self) { ct_to_device($0, $1, code, $2) }
  }
}
