/// Linear red, green and blue, `0...1`.
typealias Colour = SIMD3<Float>
/// A place: column, then row (downwards).
typealias Point = SIMD2<Float>

/// A region of the plane given by its signed distance.
enum Shape {
  case ellipse(center: Point, radii: Point)
  case box(center: Point, halfSize: Point, cornerRadius: Float)
  case capsule(from: Point, to: Point, radius: Float)
  case polygon([Point])

  /// Returns the distance of `point` to the border: negative inside (approximate for ellipses).
  func signedDistance(to point: Point) -> Float {
    switch self {
    case .ellipse(let center, let radii):
      let scaled = (point - center) / radii
      let length = norm(scaled)
      let gradient = norm(scaled / radii)
      return gradient > 0 ? length * (length - 1) / gradient : -min(radii.x, radii.y)
    case .box(let center, let halfSize, let cornerRadius):
      let offset = point - center
      let x = abs(offset.x) - halfSize.x + cornerRadius
      let y = abs(offset.y) - halfSize.y + cornerRadius
      return norm(Point(max(x, 0), max(y, 0))) + min(max(x, y), 0) - cornerRadius
    case .capsule(let start, let end, let radius):
      let axis = end - start
      let t = min(max(dot(point - start, axis) / dot(axis, axis), 0), 1)
      return norm(point - start - axis * t) - radius
    case .polygon(let corners):
      return Shape.signedDistance(from: point, toPolygon: corners)
    }
  }

  /// The corners of a rectangle that holds the shape.
  var bounds: (low: Point, high: Point) {
    switch self {
    case .ellipse(let center, let radii): (center - radii, center + radii)
    case .box(let center, let halfSize, _): (center - halfSize, center + halfSize)
    case .capsule(let start, let end, let radius):
      (
        pointwiseMin(start, end) - Point(repeating: radius),
        pointwiseMax(start, end) + Point(repeating: radius)
      )
    case .polygon(let corners):
      (corners.reduce(corners[0], pointwiseMin), corners.reduce(corners[0], pointwiseMax))
    }
  }

  private static func signedDistance(from point: Point, toPolygon corners: [Point]) -> Float {
    var squared = Float.greatestFiniteMagnitude
    var isInside = false
    var previous = corners[corners.count - 1]
    for corner in corners {
      let edge = previous - corner
      let offset = point - corner
      let t = min(max(dot(offset, edge) / dot(edge, edge), 0), 1)
      let nearest = offset - edge * t
      squared = min(squared, dot(nearest, nearest))
      // An edge that crosses the ray to the right of the point flips inside and outside.
      if (corner.y > point.y) != (previous.y > point.y),
        point.x < edge.x * offset.y / edge.y + corner.x
      {
        isInside.toggle()
      }
      previous = corner
    }
    return isInside ? -squared.squareRoot() : squared.squareRoot()
  }
}

private func dot(_ a: Point, _ b: Point) -> Float { a.x * b.x + a.y * b.y }
private func norm(_ a: Point) -> Float { dot(a, a).squareRoot() }
