/// A way to resize 8-bit images.
///
/// # Source
///
/// PIL's filters are those of `python-pillow/Pillow src/libImaging/{Resample,Geometry}.c`, the last
/// one is `opencv/opencv modules/imgproc/src/resize.cpp`. No known difference in any sample.
public enum Resampling: Sendable, Hashable, CaseIterable {
  /// PIL's `NEAREST`: the sample under the centre of the new pixel, `floor((i + 0.5) * in / out)`.
  case nearest
  /// PIL's `BILINEAR`: a triangle filter that widens when the image shrinks (antialiased).
  case bilinear
  /// PIL's `BICUBIC`: a cubic filter of parameter -1/2 that widens when the image shrinks.
  case bicubic
  /// OpenCV's `INTER_LINEAR`: the four neighbours, whatever the factor (not antialiased).
  case bilinearWithoutAntialiasing
}

extension RGBImage {
  /// Resizes the image.
  ///
  /// - Parameters:
  ///   - size: The new size.
  ///   - resampling: The filter.
  /// - Returns: The resized image; the same samples if the size does not change.
  public func resized(to size: ImageSize, resampling: Resampling) -> RGBImage {
    RGBImage(
      width: size.width, height: size.height,
      pixels: resampledBytes(
        pixels, channels: 3, from: ImageSize(width: width, height: height), to: size, resampling))
  }
}

extension GrayImage {
  /// Resizes the image.
  ///
  /// - Parameters:
  ///   - size: The new size.
  ///   - resampling: The filter.
  /// - Returns: The resized image; the same samples if the size does not change.
  public func resized(to size: ImageSize, resampling: Resampling) -> GrayImage {
    GrayImage(
      width: size.width, height: size.height,
      samples: resampledBytes(
        samples, channels: 1, from: ImageSize(width: width, height: height), to: size, resampling))
  }
}

extension LabelMap {
  /// Resizes the label map to the nearest index, as PIL does: `floor((i + 0.5) * in / out)`.
  ///
  /// This is not the index that `torch.nn.functional.interpolate` takes, `floor(i * in / out)`.
  ///
  /// - Parameter size: The new size.
  /// - Returns: The resized label map.
  public func resized(to size: ImageSize) -> LabelMap {
    LabelMap(
      width: size.width, height: size.height,
      indices: resampledBytes(
        indices, channels: 1, from: ImageSize(width: width, height: height), to: size, .nearest))
  }
}

private func resampledBytes(
  _ samples: [UInt8], channels: Int, from old: ImageSize, to new: ImageSize,
  _ resampling: Resampling
) -> [UInt8] {
  guard old != new else { return samples }
  return switch resampling {
  case .nearest: nearestResampled(samples, channels: channels, from: old, to: new)
  case .bilinear: filtered(samples, channels: channels, from: old, to: new, with: .triangle)
  case .bicubic: filtered(samples, channels: channels, from: old, to: new, with: .cubic)
  case .bilinearWithoutAntialiasing:
    fourNeighbours(samples, channels: channels, from: old, to: new)
  }
}
