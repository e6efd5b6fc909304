internal import CTorch

extension Tensor {
  /// Returns the greatest element of every square window.
  ///
  /// - Parameters:
  ///   - kernel: The side of the window.
  ///   - stride: The step between windows; nil for the window's side.
  ///   - padding: The margin on each side, at most half a window; it never wins.
  ///   - ceilMode: Whether a window may hang over the right and bottom edge.
  /// - Returns: `[batch, channels, height', width']`.
  /// - Throws: ``TensorError`` if the image is smaller than a window.
  public func maxPool2d(
    kernel: Int, stride: Int? = nil, padding: Int = 0, ceilMode: Bool = false
  ) throws -> Tensor {
    let stride = stride ?? kernel
    return try maxPool2d(
      kernel: (kernel, kernel), stride: (stride, stride), padding: (padding, padding),
      ceilMode: ceilMode)
  }

  /// Returns the greatest element of every window.
  ///
  /// - Parameters:
  ///   - kernel: The size of the window, (height, width).
  ///   - stride: The step between windows, (vertical, horizontal).
  ///   - padding: The margin on each side, at most half a window; it never wins.
  ///   - ceilMode: Whether a window may hang over the right and bottom edge.
  /// - Returns: `[batch, channels, height', width']`.
  /// - Throws: ``TensorError`` if the image is smaller than a window.
  public func maxPool2d(
    kernel: (Int, Int), stride: (Int, Int), padding: (Int, Int) = (0, 0), ceilMode: Bool = false
  ) throws -> Tensor {
    try Tensor.make(self) {
      ct_max_pool2d($0, $1, CTPair(kernel), CTPair(stride), CTPair(padding), ceilMode, $2)
    }
  }

  /// Returns the mean of every square window.
  ///
  /// - Parameters:
  ///   - kernel: The side of the window.
  ///   - stride: The step between windows; nil for the window's side.
  ///   - padding: The zeros on each side, at most half a window.
  ///   - ceilMode: Whether a window may hang over the right and bottom edge.
  ///   - countIncludePad: Whether the zeros count as elements, as in Caffe.
  /// - Returns: `[batch, channels, height', width']`.
  /// - Throws: ``TensorError`` if the image is smaller than a window.
  public func averagePool2d(
    kernel: Int, stride: Int? = nil, padding: Int = 0, ceilMode: Bool = false,
    countIncludePad: Bool = true
  ) throws -> Tensor {
    let stride = stride ?? kernel
    return try averagePool2d(
      kernel: (kernel, kernel), stride: (stride, stride), padding: (padding, padding),
      ceilMode: ceilMode, countIncludePad: countIncludePad)
  }

  /// Returns the mean of every window.
  ///
  /// - Parameters:
  ///   - kernel: The size of the window, (height, width).
  ///   - stride: The step between windows, (vertical, horizontal).
  ///   - padding: The zeros on each side, at most half a window.
  ///   - ceilMode: Whether a window may hang over the right and bottom edge.
  ///   - countIncludePad: Whether the zeros count as elements, as in Caffe.
  /// - Returns: `[batch, channels, height', width']`.
  /// - Throws: ``TensorError`` if the image is smaller than a window.
  public func averagePool2d(
    kernel: (Int, Int), stride: (Int, Int), padding: (Int, Int) = (0, 0), ceilMode: Bool = false,
    countIncludePad: Bool = true
  ) throws -> Tensor {
    try Tensor.make(self) {
      ct_average_pool2d(
        $0, $1, CTPair(kernel), CTPair(stride), CTPair(padding), ceilMode, countIncludePad, $2)
    }
  }

  /// Returns means over a grid of windows that cover the image.
  ///
  /// - Parameter size: The size of the grid, (height, width).
  /// - Returns: `[batch, channels, height', width']` with the size of the grid.
  /// - Throws: ``TensorError`` if this is no image.
  public func adaptiveAveragePool2d(_ size: (Int, Int)) throws -> Tensor {
    try Tensor.make(self) { ct_adaptive_average_pool2d($0, $1, CTPair(size), $2) }
  }

  /// Returns the mean of every channel's plane.
  ///
  /// - Parameter keepingDimensions: Whether the result is `[batch, channels, 1, 1]` instead of
  ///   `[batch, channels]`.
  /// - Returns: The means.
  /// - Throws: ``TensorError`` if there are fewer than two axes.
  public func globalAveragePool2d(keepingDimensions: Bool = false) throws -> Tensor {
    try mean(along: [-2, -1], keepingDimensions: keepingDimensions)
  }
}
