internal import CTorch

extension Tensor {
  /// Returns the matrix product over the last two axes; further axes are broadcast together.
  ///
  /// - Parameter other: A tensor `[..., k, m]` for this one's `[..., n, k]`, or a vector.
  /// - Returns: A tensor `[..., n, m]`.
  /// - Throws: ``TensorError`` if the inner sizes differ.
  public func matmul(_ other: Tensor) throws -> Tensor {
    try Tensor.make(self, other, ct_matmul)
  }

  /// Returns `self · weightᵀ + bias` over the last axis.
  ///
  /// - Parameters:
  ///   - weight: `[outputs, inputs]`.
  ///   - bias: `[outputs]`, or none.
  /// - Returns: A tensor `[..., outputs]` for this one's `[..., inputs]`.
  /// - Throws: ``TensorError`` if the sizes differ.
  public func linear(weight: Tensor, bias: Tensor? = nil) throws -> Tensor {
    try Tensor.make(self, weight, bias, ct_linear)
  }
}

// MARK: - Convolution

extension Tensor {
  /// Returns the two-dimensional convolution (cross-correlation) with square steps.
  ///
  /// - Parameters:
  ///   - weight: `[outputs, channels / groups, kernel height, kernel width]`.
  ///   - bias: `[outputs]`, or none.
  ///   - stride: The step between positions.
  ///   - padding: The zeros around the image, on each side.
  ///   - dilation: The step between the kernel's elements.
  ///   - groups: The number of groups that channels and outputs are split into.
  /// - Returns: `[batch, outputs, height, width]`.
  /// - Throws: ``TensorError`` if the sizes do not fit.
  public func conv2d(
    weight: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Int = 0, dilation: Int = 1,
    groups: Int = 1
  ) throws -> Tensor {
    try conv2d(
      weight: weight, bias: bias, stride: (stride, stride), padding: (padding, padding),
      dilation: (dilation, dilation), groups: groups)
  }

  /// Returns the two-dimensional convolution (cross-correlation).
  ///
  /// - Parameters:
  ///   - weight: `[outputs, channels / groups, kernel height, kernel width]`.
  ///   - bias: `[outputs]`, or none.
  ///   - stride: The step between positions, (vertical, horizontal).
  ///   - padding: The zeros around the image, on each side.
  ///   - dilation: The step between the kernel's elements.
  ///   - groups: The number of groups that channels and outputs are split into.
  /// - Returns: `[batch, outputs, height, width]`.
  /// - Throws: ``TensorError`` if the sizes do not fit.
  public func conv2d(
    weight: Tensor, bias: Tensor? = nil, stride: (Int, Int), padding: (Int, Int) = (0, 0),
    dilation: (Int, Int) = (1, 1), groups: Int = 1
  ) throws -> Tensor {
    try Tensor.make(self, weight, bias) {
      ct_conv2d(
        $0, $1, $2, $3, CTPair(stride), CTPair(padding), CTPair(dilation), groups, $4)
    }
  }
}

extension Tensor {
  /// Returns images to which every position adds a patch around itself, at steps of one: what
  /// PyTorch calls `fold`.
  ///
  /// This is the transpose of taking a patch around every position, so a convolution of few outputs
  /// is a product with the kernel followed by this, with the kernel mirrored.
  ///
  /// - Parameters:
  ///   - size: The height and width of the images.
  ///   - kernel: The side of the patches.
  ///   - padding: How far the patches' upper left corners reach out of the image.
  ///   - dilation: The step between a patch's elements.
  /// - Returns: `[batch, channels, height, width]` for this `[batch, channels · kernel · kernel,
  ///   positions]`, whose second axis runs over channels, rows and columns of the patch.
  /// - Throws: ``TensorError`` if the sizes do not fit.
  public func folded(
    to size: (height: Int, width: Int), kernel: Int, padding: Int = 0, dilation: Int = 1
  ) throws -> Tensor {
    try Tensor.make(self) {
      ct_fold(
        $0, $1, CTPair(size), CTPair((kernel, kernel)), CTPair((padding, padding)),
        CTPair((dilation, dilation)), $2)
    }
  }
}

extension CTPair {
  /// Creates a pair from (vertical, horizontal).
  init(_ pair: (Int, Int)) {
    self.init(height: pair.0, width: pair.1)
  }
}
