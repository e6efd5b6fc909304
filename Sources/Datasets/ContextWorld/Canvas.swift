import Imaging

/// The picture being painted: colours, and for every pixel the class that is in front.
struct Canvas {
  let width: Int
  let height: Int
  private var colours: [Colour]
  private(set) var labels: [UInt8]

  init(width: Int, height: Int) {
    self.width = width
    self.height = height
    colours = [Colour](repeating: .zero, count: width * height)
    labels = [UInt8](repeating: 0, count: width * height)
  }

  /// Sets every pixel from its place, in units of the canvas height.
  mutating func fill(with colour: (_ place: Point) -> Colour) {
    let unit = 1 / Float(height)
    for row in 0..<height {
      for column in 0..<width {
        colours[row * width + column] = colour(
          Point((Float(column) + 0.5) * unit, (Float(row) + 0.5) * unit))
      }
    }
  }

  /// Paints a shape; pixels it covers at least half get `label`.
  ///
  /// - Parameters:
  ///   - shape: In the object's own coordinates.
  ///   - frame: From the object's coordinates to pixels.
  ///   - label: The class index, or nil to leave the labels as they are (shadows).
  ///   - paint: The colour at a place in the object's coordinates, given the distance to the
  ///     border in pixels (negative inside), and its opacity.
  mutating func paint(
    _ shape: Shape, in frame: ObjectFrame, label: UInt8?,
    with paint: (_ place: Point, _ distance: Float) -> (colour: Colour, opacity: Float)
  ) {
    let (low, high) = frame.pixelBounds(of: shape)
    let columns = max(Int(low.x) - 1, 0)..<max(min(Int(high.x) + 2, width), 0)
    let rows = max(Int(low.y) - 1, 0)..<max(min(Int(high.y) + 2, height), 0)
    guard !columns.isEmpty, !rows.isEmpty else { return }
    for row in rows {
      for column in columns {
        let place = frame.objectPoint(ofPixel: Point(Float(column) + 0.5, Float(row) + 0.5))
        let distance = shape.signedDistance(to: place) * frame.scale
        let coverage = ramp(0.5, -0.5, distance)
        guard coverage > 0 else { continue }
        let (colour, opacity) = paint(place, distance)
        let index = row * width + column
        colours[index] = mix(colours[index], colour, coverage * opacity)
        if let label, coverage >= 0.5 { labels[index] = label }
      }
    }
  }

  /// Darkens what is under a soft ellipse and leaves labels as they are.
  mutating func shade(_ center: Point, radii: Point, strength: Float) {
    let rows = max(Int(center.y - radii.y), 0)..<max(min(Int(center.y + radii.y) + 1, height), 1)
    let columns = max(Int(center.x - radii.x), 0)..<max(min(Int(center.x + radii.x) + 1, width), 1)
    guard rows.lowerBound < rows.upperBound, columns.lowerBound < columns.upperBound else { return }
    for row in rows {
      for column in columns where labels[row * width + column] == 0 {
        let offset = (Point(Float(column) + 0.5, Float(row) + 0.5) - center) / radii
        let squared = offset.x * offset.x + offset.y * offset.y
        guard squared < 1 else { continue }
        colours[row * width + column] *= 1 - strength * (1 - squared)
      }
    }
  }

  /// Returns the picture in 8 bits, with light of one tint and sensor noise.
  func image(light: Colour, noise: (_ pixel: Int) -> Float) -> RGBImage {
    var pixels = [UInt8](repeating: 0, count: width * height * 3)
    for index in 0..<width * height {
      let level = colours[index] * light * 255 + Colour(repeating: noise(index))
      for channel in 0..<3 {
        pixels[index * 3 + channel] = UInt8(min(max(level[channel].rounded(), 0), 255))
      }
    }
    return RGBImage(width: width, height: height, pixels: pixels)
  }
}

/// Where an object stands: its own coordinates (width about 1, centre at the origin) to pixels.
struct ObjectFrame {
  let center: Point
  /// Pixels per unit.
  let scale: Float
  let isMirrored: Bool
  /// The tangent of half the angle by which the object is turned.
  ///
  /// Cosine and sine follow from it by division alone, the same on every platform.
  let tilt: Float

  private var cosine: Float { (1 - tilt * tilt) / (1 + tilt * tilt) }
  private var sine: Float { 2 * tilt / (1 + tilt * tilt) }

  /// Returns the object coordinates of a place in the picture.
  func objectPoint(ofPixel pixel: Point) -> Point {
    let offset = (pixel - center) / scale
    let turned = Point(
      offset.x * cosine + offset.y * sine, offset.y * cosine - offset.x * sine)
    return isMirrored ? Point(-turned.x, turned.y) : turned
  }

  /// Returns a rectangle in pixels that holds the shape.
  func pixelBounds(of shape: Shape) -> (low: Point, high: Point) {
    var (low, high) = shape.bounds
    if isMirrored { (low.x, high.x) = (-high.x, -low.x) }
    let middle = (low + high) * 0.5
    let half = (high - low) * 0.5
    let c = cosine
    let s = sine
    let turnedMiddle = Point(middle.x * c - middle.y * s, middle.x * s + middle.y * c)
    let turnedHalf = Point(half.x * abs(c) + half.y * abs(s), half.x * abs(s) + half.y * abs(c))
    return (
      center + (turnedMiddle - turnedHalf) * scale, center + (turnedMiddle + turnedHalf) * scale
    )
  }
}
