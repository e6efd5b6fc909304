/// Where the pixels of an augmented plane come from in the full image frame.
///
/// A plane is what a network gets: the image resized, mirrored, cut and pasted. Maps that belong to
/// the whole image are brought into the plane with ``samplingGrid(height:width:)``.
///
/// Positions in the plane are in pixels, with pixel `i` covering `i ..< i + 1` (its centre is
/// `i + 0.5`); positions in the frame run from 0 at the left or top edge to 1 at the right or bottom
/// edge. On each axis, with the inside rectangle from `l` to `r` and the source from `L` to `R`:
///
/// ```
/// u = (x - l) / (r - l);  u = 1 - u if flipped (x only);  source = L + u * (R - L)
/// ```
public struct ImageGeometry: Sendable, Hashable {
  /// A rectangle by its edges.
  public struct Rectangle: Sendable, Hashable {
    /// The left edge.
    public let left: Double
    /// The top edge.
    public let top: Double
    /// The right edge, greater than the left one.
    public let right: Double
    /// The bottom edge, greater than the top one.
    public let bottom: Double

    /// The whole frame.
    public static let unit = Rectangle(left: 0, top: 0, right: 1, bottom: 1)

    /// Creates a rectangle.
    ///
    /// - Parameters:
    ///   - left: The left edge.
    ///   - top: The top edge.
    ///   - right: The right edge, greater than the left one.
    ///   - bottom: The bottom edge, greater than the top one.
    public init(left: Double, top: Double, right: Double, bottom: Double) {
      precondition(
        left < right && top < bottom,
        "A rectangle must not be empty, got (\(left), \(top)) to (\(right), \(bottom))")
      self.left = left
      self.top = top
      self.right = right
      self.bottom = bottom
    }

    /// The distance of the vertical edges.
    public var width: Double { right - left }
    /// The distance of the horizontal edges.
    public var height: Double { bottom - top }
  }

  /// The plane's size in pixels.
  public let planeSize: ImageSize
  /// The part of the plane that shows the image, in pixels; the rest is padding.
  public let inside: Rectangle
  /// The part of the frame that is shown, each axis `0...1`.
  public let source: Rectangle
  /// Whether the shown part is mirrored left to right.
  public let isFlipped: Bool

  /// Creates a geometry from its parts.
  ///
  /// - Parameters:
  ///   - planeSize: The plane's size in pixels.
  ///   - inside: The part of the plane that shows the image, in pixels.
  ///   - source: The part of the frame that is shown, each axis `0...1`.
  ///   - isFlipped: Whether the shown part is mirrored left to right.
  public init(planeSize: ImageSize, inside: Rectangle, source: Rectangle, isFlipped: Bool) {
    self.planeSize = planeSize
    self.inside = inside
    self.source = source
    self.isFlipped = isFlipped
  }

  /// Creates the geometry of a plane that shows the whole frame at any resolution.
  ///
  /// - Parameters:
  ///   - planeSize: The plane's size in pixels.
  ///   - isFlipped: Whether it is mirrored left to right.
  public init(wholeFrameIn planeSize: ImageSize, isFlipped: Bool = false) {
    self.init(
      planeSize: planeSize,
      inside: Rectangle(
        left: 0, top: 0, right: Double(planeSize.width), bottom: Double(planeSize.height)),
      source: .unit, isFlipped: isFlipped)
  }

  /// Returns the place in the frame that a place in the plane shows.
  ///
  /// - Parameters:
  ///   - planeX: Pixels from the plane's left edge; `column + 0.5` is a pixel's centre.
  ///   - planeY: Pixels from the plane's top edge.
  /// - Returns: The place, each coordinate in `0...1`; nil in the padding.
  public func sourcePoint(planeX: Double, planeY: Double) -> (x: Double, y: Double)? {
    guard inside.left <= planeX, planeX <= inside.right, inside.top <= planeY,
      planeY <= inside.bottom
    else { return nil }
    let u = (planeX - inside.left) / inside.width
    let v = (planeY - inside.top) / inside.height
    return (source.left + (isFlipped ? 1 - u : u) * source.width, source.top + v * source.height)
  }
}

// MARK: - Composition

extension ImageGeometry {
  /// The geometry after the plane is mirrored left to right.
  ///
  /// - Returns: The same places, mirrored.
  public func flippedHorizontally() -> ImageGeometry {
    let width = Double(planeSize.width)
    return ImageGeometry(
      planeSize: planeSize,
      inside: Rectangle(
        left: width - inside.right, top: inside.top, right: width - inside.left,
        bottom: inside.bottom),
      source: source, isFlipped: !isFlipped)
  }

  /// The geometry after the plane is resized.
  ///
  /// - Parameter size: The new size, in half-pixel coordinates.
  /// - Returns: The same places at another resolution.
  public func resized(to size: ImageSize) -> ImageGeometry {
    let horizontal = Double(size.width) / Double(planeSize.width)
    let vertical = Double(size.height) / Double(planeSize.height)
    return ImageGeometry(
      planeSize: size,
      inside: Rectangle(
        left: inside.left * horizontal, top: inside.top * vertical,
        right: inside.right * horizontal, bottom: inside.bottom * vertical),
      source: source, isFlipped: isFlipped)
  }

  /// The geometry after a window is cut out of the plane.
  ///
  /// - Parameter window: A window over a plane of this size.
  /// - Returns: The geometry of the window; nil if it shows nothing but padding.
  public func cropped(to window: CropWindow) -> ImageGeometry? {
    precondition(
      window.imageSize == planeSize, "A window over \(window.imageSize), a plane of \(planeSize)")
    let (columns, rows) = (window.columns, window.rows)
    let left = max(inside.left, Double(columns.kept.lowerBound))
    let right = min(inside.right, Double(columns.kept.upperBound))
    let top = max(inside.top, Double(rows.kept.lowerBound))
    let bottom = min(inside.bottom, Double(rows.kept.upperBound))
    guard left < right, top < bottom, let first = sourcePoint(planeX: left, planeY: top),
      let last = sourcePoint(planeX: right, planeY: bottom)
    else { return nil }
    let shiftX = Double(columns.start - columns.kept.lowerBound)
    let shiftY = Double(rows.start - rows.kept.lowerBound)
    return ImageGeometry(
      planeSize: window.size,
      inside: Rectangle(
        left: left + shiftX, top: top + shiftY, right: right + shiftX, bottom: bottom + shiftY),
      source: Rectangle(
        left: min(first.x, last.x), top: first.y, right: max(first.x, last.x), bottom: last.y),
      isFlipped: isFlipped)
  }
}
