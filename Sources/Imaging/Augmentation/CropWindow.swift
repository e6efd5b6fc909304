/// A window of fixed size over an image, padded where the image is smaller.
public struct CropWindow: Sendable, Hashable {
  /// The image's size.
  public let imageSize: ImageSize
  /// The window's size.
  public let size: ImageSize
  /// The offset along the width; see ``init(of:to:offsetX:offsetY:)``.
  public let offsetX: Int
  /// The offset along the height; see ``init(of:to:offsetX:offsetY:)``.
  public let offsetY: Int

  /// Creates a window.
  ///
  /// Where the image is longer than the window, the offset is where the window begins in the image;
  /// where it is shorter, the offset is where the image begins in the window. The two axes are
  /// independent.
  ///
  /// - Parameters:
  ///   - imageSize: The image's size.
  ///   - size: The window's size.
  ///   - offsetX: `0 ... abs(image width - window width)`.
  ///   - offsetY: `0 ... abs(image height - window height)`.
  public init(of imageSize: ImageSize, to size: ImageSize, offsetX: Int = 0, offsetY: Int = 0) {
    precondition(
      0 <= offsetX && offsetX <= abs(imageSize.width - size.width)
        && 0 <= offsetY && offsetY <= abs(imageSize.height - size.height),
      "Offsets (\(offsetX), \(offsetY)) do not fit a window of \(size) over \(imageSize) pixels")
    self.imageSize = imageSize
    self.size = size
    self.offsetX = offsetX
    self.offsetY = offsetY
  }

  /// The columns of the image that are kept, and the first column of the window that they fill.
  var columns: (kept: Range<Int>, start: Int) {
    CropWindow.axis(image: imageSize.width, window: size.width, offset: offsetX)
  }

  /// The rows of the image that are kept, and the first row of the window that they fill.
  var rows: (kept: Range<Int>, start: Int) {
    CropWindow.axis(image: imageSize.height, window: size.height, offset: offsetY)
  }

  private static func axis(
    image: Int, window: Int, offset: Int
  ) -> (kept: Range<Int>, start: Int) {
    image > window ? (offset..<offset + window, 0) : (0..<image, offset)
  }

  /// Copies the kept part of row-major samples into a window full of padding.
  fileprivate func crop<Sample>(
    _ samples: [Sample], channels: Int, planes: Int, padding: [Sample]
  ) -> [Sample] {
    let (columns, rows) = (columns, rows)
    var result = [Sample](
      repeating: padding[0], count: planes * size.height * size.width * channels)
    if channels > 1 {
      for i in result.indices { result[i] = padding[i % channels] }
    }
    samples.withUnsafeBufferPointer { samples in
      result.withUnsafeMutableBufferPointer { result in
        for plane in 0..<planes {
          for row in rows.kept {
            let source =
              (plane * imageSize.height + row) * imageSize.width + columns.kept.lowerBound
            let target =
              (plane * size.height + rows.start + row - rows.kept.lowerBound) * size.width
              + columns.start
            for i in 0..<columns.kept.count * channels {
              result[target * channels + i] = samples[source * channels + i]
            }
          }
        }
      }
    }
    return result
  }
}

extension RGBImage {
  /// Cuts a window out of the image.
  ///
  /// - Parameters:
  ///   - window: A window over an image of this size.
  ///   - padding: The colour where the image is smaller than the window: red, green, blue.
  /// - Returns: An image of the window's size.
  public func cropped(to window: CropWindow, padding: [UInt8] = [0, 0, 0]) -> RGBImage {
    precondition(window.imageSize == size, "A window over \(window.imageSize), an image of \(size)")
    precondition(padding.count == 3, "The padding needs 3 samples, got \(padding.count)")
    return RGBImage(
      width: window.size.width, height: window.size.height,
      pixels: window.crop(pixels, channels: 3, planes: 1, padding: padding))
  }
}

extension LabelMap {
  /// Cuts a window out of the label map.
  ///
  /// - Parameters:
  ///   - window: A window over a label map of this size.
  ///   - padding: The index where the label map is smaller than the window.
  /// - Returns: A label map of the window's size.
  public func cropped(
    to window: CropWindow, padding: UInt8 = LabelMap.ignoreIndex
  ) -> LabelMap {
    precondition(window.imageSize == size, "A window over \(window.imageSize), a map of \(size)")
    return LabelMap(
      width: window.size.width, height: window.size.height,
      indices: window.crop(indices, channels: 1, planes: 1, padding: [padding]))
  }
}

extension PlanarImage {
  /// Cuts a window out of every plane.
  ///
  /// - Parameters:
  ///   - window: A window over planes of this size.
  ///   - padding: The value where the planes are smaller than the window.
  /// - Returns: Planes of the window's size.
  public func cropped(to window: CropWindow, padding: Float = 0) -> PlanarImage {
    precondition(window.imageSize == size, "A window over \(window.imageSize), planes of \(size)")
    return PlanarImage(
      channels: channels, height: window.size.height, width: window.size.width,
      planes: window.crop(planes, channels: 1, planes: channels, padding: [padding]))
  }
}
