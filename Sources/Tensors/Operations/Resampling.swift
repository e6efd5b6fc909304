internal import CTorch

/// How a resized image takes its values from the original.
public enum InterpolationMode: String, Sendable, Codable, CaseIterable {
  /// The element whose cell contains the point.
  case nearest
  /// The weighted mean of the four elements around the point.
  case bilinear
}

/// What lies outside an image that is sampled there.
public enum SamplingPadding: String, Sendable, Codable, CaseIterable {
  /// Zeros.
  case zeros
  /// The nearest element of the border.
  case border
}

extension Tensor {
  /// Returns images resized to a size.
  ///
  /// - Parameters:
  ///   - size: The new height and width.
  ///   - mode: How values are taken from the original.
  ///   - alignCorners: For `bilinear`: whether the centres of the corner pixels map onto each other
  ///     (step `(in - 1) / (out - 1)`) instead of the corners of the images (step `in / out`).
  /// - Returns: `[batch, channels, height', width']`.
  /// - Throws: ``TensorError`` if this is not `[batch, channels, height, width]`.
  public func interpolated(
    to size: (height: Int, width: Int), mode: InterpolationMode = .bilinear,
    alignCorners: Bool = false
  ) throws -> Tensor {
    try interpolated(to: CTPair(size), mode: mode, alignCorners: alignCorners, scale: 0)
  }

  /// Returns images resized by a factor, to `floor(side * scale)`.
  ///
  /// Without `alignCorners` the step between source coordinates is `1 / scale`, not the ratio of
  /// the rounded sizes.
  ///
  /// - Parameters:
  ///   - scale: The factor, greater than 0.
  ///   - mode: How values are taken from the original.
  ///   - alignCorners: As for ``interpolated(to:mode:alignCorners:)``.
  /// - Returns: `[batch, channels, height', width']`.
  /// - Throws: ``TensorError`` if this is not `[batch, channels, height, width]`.
  public func interpolated(
    scale: Double, mode: InterpolationMode = .bilinear, alignCorners: Bool = false
  ) throws -> Tensor {
    precondition(scale > 0, "The scale must be greater than 0, got \(scale)")
    precondition(rank >= 2, "An image has at least two axes, got shape \(shape)")
    let size = CTPair(
      height: Int((Double(self.size(of: -2)) * scale).rounded(.down)),
      width: Int((Double(self.size(of: -1)) * scale).rounded(.down)))
    return try interpolated(to: size, mode: mode, alignCorners: alignCorners, scale: scale)
  }

  private func interpolated(
    to size: CTPair, mode: InterpolationMode, alignCorners: Bool, scale: Double
  ) throws -> Tensor {
    switch mode {
    case .nearest:
      try Tensor.make(self) { ct_nearest($0, $1, size, scale, $2) }
    case .bilinear:
      try Tensor.make(self) {
        ct_bilinear($0, $1, size, alignCorners, scale, $2)
      }
    }
  }

  /// Returns images sampled bilinearly at given points.
  ///
  /// - Parameters:
  ///   - grid: `[batch, height, width, 2]`: for every pixel of the result, (x, y) in the original,
  ///     from -1 to 1 across the image.
  ///   - padding: What lies outside.
  ///   - alignCorners: Whether -1 and 1 mean the centres of the border pixels instead of the
  ///     image's edges.
  /// - Returns: `[batch, channels, height, width]`.
  /// - Throws: ``TensorError`` if the shapes do not fit.
  public func gridSampled(
    _ grid: Tensor, padding: SamplingPadding = .zeros, alignCorners: Bool
  ) throws -> Tensor {
    try Tensor.make(self, grid) {
      ct_grid_sample($0, $1, $2, padding == .border, alignCorners, $3)
    }
  }
}
