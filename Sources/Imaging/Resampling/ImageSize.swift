/// The size of an image in pixels.
public struct ImageSize: Sendable, Hashable, CustomStringConvertible {
  /// The number of columns.
  public let width: Int
  /// The number of rows.
  public let height: Int

  /// Creates a size.
  ///
  /// - Parameters:
  ///   - width: The number of columns, at least 1.
  ///   - height: The number of rows, at least 1.
  public init(width: Int, height: Int) {
    precondition(width > 0 && height > 0, "Image size must be positive, got \(width)×\(height)")
    self.width = width
    self.height = height
  }

  /// The size as "500×375".
  public var description: String { "\(width)×\(height)" }

  /// The length of the longer side.
  public var longSide: Int { max(width, height) }
}

extension RGBImage {
  /// The image's size.
  public var size: ImageSize { ImageSize(width: width, height: height) }
}

extension GrayImage {
  /// The image's size.
  public var size: ImageSize { ImageSize(width: width, height: height) }
}

extension LabelMap {
  /// The label map's size.
  public var size: ImageSize { ImageSize(width: width, height: height) }
}

// MARK: - Target sizes of the references

extension ImageSize {
  /// Multiplies both sides and rounds halves to even.
  ///
  /// This is `pil_rescale` of IRN and the multi-scale inference of SEAM (`np.round`, `round`).
  ///
  /// - Parameter factor: A positive factor.
  /// - Returns: The scaled size, at least 1×1.
  public func scaled(by factor: Double) -> ImageSize {
    mapped { (Double($0) * factor).rounded(.toNearestOrEven) }
  }

  /// Multiplies both sides and cuts the fractions off, as deeplab-pytorch's loader does (`int()`).
  ///
  /// - Parameter factor: A positive factor.
  /// - Returns: The scaled size, at least 1×1.
  public func scaledDown(by factor: Double) -> ImageSize {
    mapped { (Double($0) * factor).rounded(.down) }
  }

  /// Gives the longer side a new length and keeps the proportions.
  ///
  /// - Parameters:
  ///   - length: The new length of the longer side, at least 1.
  ///   - rounding: Whose arithmetic; they differ by a pixel now and then.
  /// - Returns: The scaled size, at least 1×1.
  public func withLongSide(_ length: Int, rounding: LongSideRounding) -> ImageSize {
    precondition(length > 0, "The longer side must be positive, got \(length)")
    switch rounding {
    case .factor:
      return scaled(by: Double(length) / Double(longSide))
    case .proportion:
      return mapped { side in
        side == longSide
          ? Double(length)
          : (Double(side * length) / Double(longSide)).rounded(.toNearestOrEven)
      }
    }
  }

  /// The size of a feature map of a strided network: `(side - 1) / stride + 1` on each axis.
  ///
  /// - Parameter stride: The network's output stride, at least 1.
  /// - Returns: IRN's `get_strided_size`.
  public func strided(by stride: Int) -> ImageSize {
    precondition(stride > 0, "The stride must be positive, got \(stride)")
    return ImageSize(width: (width - 1) / stride + 1, height: (height - 1) / stride + 1)
  }

  /// The smallest size that is a multiple of `stride` on each axis and not smaller than this one.
  ///
  /// - Parameter stride: The network's output stride, at least 1.
  /// - Returns: IRN's `get_strided_up_size`.
  public func roundedUp(toMultipleOf stride: Int) -> ImageSize {
    let cells = strided(by: stride)
    return ImageSize(width: cells.width * stride, height: cells.height * stride)
  }

  private func mapped(_ side: (Int) -> Double) -> ImageSize {
    ImageSize(width: max(1, Int(side(width))), height: max(1, Int(side(height))))
  }
}

/// How the shorter side is rounded when the longer one is given.
public enum LongSideRounding: Sendable, Hashable {
  /// `round(shorter * length / longer)`, halves to even (PSA and SEAM, `RandomResizeLong`).
  case proportion
  /// `round(side * (length / longer))` on both sides, halves to even (IRN, `random_resize_long`).
  case factor
}
