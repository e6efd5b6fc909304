internal import CTorch

extension Tensor {
  /// Returns the sum of two tensors, element by element.
  ///
  /// - Parameters:
  ///   - left: A tensor.
  ///   - right: A tensor; the shapes are broadcast together.
  /// - Returns: A tensor of the broadcast shape.
  /// - Throws: ``TensorError`` if the shapes cannot be broadcast together.
  public static func + (left: Tensor, right: Tensor) throws -> Tensor {
    try make(left, right, ct_add)
  }

  /// Returns the sum of each element and a number.
  ///
  /// - Parameters:
  ///   - left: A tensor; an integer one stays so if `right` is whole.
  ///   - right: A number.
  /// - Returns: A tensor of the broadcast shape.
  /// - Throws: ``TensorError`` if libtorch refuses.
  public static func + (left: Tensor, right: Double) throws -> Tensor {
    try make(left) { ct_add_scalar($0, $1, right, $2) }
  }

  /// Returns the sum of a number and each element.
  ///
  /// - Parameters:
  ///   - left: A number.
  ///   - right: A tensor; an integer one stays so if `left` is whole.
  /// - Returns: A tensor of the broadcast shape.
  /// - Throws: ``TensorError`` if libtorch refuses.
  public static func + (left: Double, right: Tensor) throws -> Tensor {
    try make(right) { ct_add_scalar($0, $1, left, $2) }
  }

  /// Returns the difference of two tensors, element by element.
  ///
  /// - Parameters:
  ///   - left: A tensor.
  ///   - right: A tensor; the shapes are broadcast together.
  /// - Returns: A tensor of the broadcast shape.
  /// - Throws: ``TensorError`` if the shapes cannot be broadcast together.
  public static func - (left: Tensor, right: Tensor) throws -> Tensor {
    try make(left, right, ct_sub)
  }

  /// Returns the difference of each element and a number.
  ///
  /// - Parameters:
  ///   - left: A tensor; an integer one stays so if `right` is whole.
  ///   - right: A number.
  /// - Returns: A tensor of the broadcast shape.
  /// - Throws: ``TensorError`` if libtorch refuses.
  public static func - (left: Tensor, right: Double) throws -> Tensor {
    try make(left) { ct_sub_scalar($0, $1, right, $2) }
  }

  /// Returns the difference of a number and each element.
  ///
  /// - Parameters:
  ///   - left: A number.
  ///   - right: A tensor; an integer one stays so if `left` is whole.
  /// - Returns: A tensor of the broadcast shape.
  /// - Throws: ``TensorError`` if libtorch refuses.
  public static func - (left: Double, right: Tensor) throws -> Tensor {
    try make(right) { ct_subtract_from($0, $1, left, $2) }
  }

  /// Returns the product of two tensors, element by element.
  ///
  /// - Parameters:
  ///   - left: A tensor.
  ///   - right: A tensor; the shapes are broadcast together.
  /// - Returns: A tensor of the broadcast shape.
  /// - Throws: ``TensorError`` if the shapes cannot be broadcast together.
  public static func * (left: Tensor, right: Tensor) throws -> Tensor {
    try make(left, right, ct_mul)
  }

  /// Returns the product of each element and a number.
  ///
  /// - Parameters:
  ///   - left: A tensor; an integer one stays so if `right` is whole.
  ///   - right: A number.
  /// - Returns: A tensor of the broadcast shape.
  /// - Throws: ``TensorError`` if libtorch refuses.
  public static func * (left: Tensor, right: Double) throws -> Tensor {
    try make(left) { ct_mul_scalar($0, $1, right, $2) }
  }

  /// Returns the product of a number and each element.
  ///
  /// - Parameters:
  ///   - left: A number.
  ///   - right: A tensor; an integer one stays so if `left` is whole.
  /// - Returns: A tensor of the broadcast shape.
  /// - Throws: ``TensorError`` if libtorch refuses.
  public static func * (left: Double, right: Tensor) throws -> Tensor {
    try make(right) { ct_mul_scalar($0, $1, left, $2) }
  }

  /// Returns the quotient of two tensors, element by element.
  ///
  /// - Parameters:
  ///   - left: A tensor.
  ///   - right: A tensor; the shapes are broadcast together.
  /// - Returns: A tensor of the broadcast shape.
  /// - Throws: ``TensorError`` if the shapes cannot be broadcast together.
  public static func / (left: Tensor, right: Tensor) throws -> Tensor {
    try make(left, right, ct_div)
  }

  /// Returns the quotient of each element and a number.
  ///
  /// - Parameters:
  ///   - left: A tensor.
  ///   - right: A number.
  /// - Returns: A tensor of the broadcast shape.
  /// - Throws: ``TensorError`` if libtorch refuses.
  public static func / (left: Tensor, right: Double) throws -> Tensor {
    try make(left) { ct_div_scalar($0, $1, right, $2) }
  }

  /// Returns the quotient of a number and each element.
  ///
  /// - Parameters:
  ///   - left: A number.
  ///   - right: A tensor.
  /// - Returns: A tensor of the broadcast shape.
  /// - Throws: ``TensorError`` if libtorch refuses.
  public static func / (left: Double, right: Tensor) throws -> Tensor {
    try make(right) { ct_divide_into($0, $1, left, $2) }
  }

  /// Returns the elements with the opposite sign.
  ///
  /// - Parameter operand: A tensor.
  /// - Returns: A tensor of the broadcast shape.
  /// - Throws: ``TensorError`` if libtorch refuses.
  public static prefix func - (operand: Tensor) throws -> Tensor {
    try make(operand, ct_neg)
  }
}
