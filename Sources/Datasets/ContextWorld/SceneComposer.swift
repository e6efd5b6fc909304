import Essentials
import Imaging

/// Paints the scene that a causal outcome describes.
struct SceneComposer {
  let width: Int
  let height: Int

  /// The picture and its ground truth.
  struct Scene {
    let image: RGBImage
    let groundTruth: LabelMap
  }

  /// The smallest share of the picture that every present class shows.
  static let smallestVisibleShare = 0.02

  /// Paints an outcome.
  ///
  /// Draws placements until every class shows at least ``smallestVisibleShare`` of the picture and
  /// half of what was painted of it, so that labels and ground truth always agree; the last
  /// attempts shrink the objects, which ends the search.
  ///
  /// - Parameters:
  ///   - outcome: What the scene contains.
  ///   - key: Makes the random stream of one attempt.
  /// - Returns: The picture and its ground truth.
  func scene(
    of outcome: ContextWorld.Outcome, stream key: (_ attempt: Int) -> RandomStream
  ) -> Scene {
    var attempt = 0
    while true {
      var stream = key(attempt)
      let (canvas, painted) = paint(outcome, shrink: attempt < 4 ? 1 : 0.85, using: &stream)
      if attempt == 24 || isEveryClassVisible(in: canvas, painted: painted) {
        return finish(canvas, using: &stream)
      }
      attempt += 1
    }
  }

  private func paint(
    _ outcome: ContextWorld.Outcome, shrink: Float, using stream: inout RandomStream
  ) -> (Canvas, painted: [Int: Int]) {
    let backdrop = Backdrop(
      outcome.stuff, aspect: Float(width) / Float(height), using: &stream)
    var canvas = Canvas(width: width, height: height)
    canvas.fill { backdrop.colour(at: $0) }
    let painters = Placement(width: width, height: height, shrink: shrink)
      .painters(for: outcome, using: &stream)
    var painted: [Int: Int] = [:]
    for painter in painters {
      if outcome.stuff != .sky { shadow(under: painter, on: &canvas) }
      let before = canvas.labels
      painter.paint(on: &canvas)
      let index = painter.objectClass.rawValue
      let label = UInt8(index + 1)
      var count = 0
      for (old, new) in zip(before, canvas.labels) where new == label && old != label { count += 1 }
      painted[index, default: 0] += count
    }
    return (canvas, painted)
  }

  private func shadow(under painter: ObjectPainter, on canvas: inout Canvas) {
    let half = ObjectPainter.halfSize(of: painter.objectClass) * painter.frame.scale
    canvas.shade(
      painter.frame.center + Point(0, half.y * 0.85), radii: [half.x * 1.1, half.y * 0.42],
      strength: 0.4)
  }

  private func isEveryClassVisible(in canvas: Canvas, painted: [Int: Int]) -> Bool {
    var visible = [Int](repeating: 0, count: ContextWorld.ObjectClass.allCases.count + 1)
    for label in canvas.labels { visible[Int(label)] += 1 }
    let smallest = Int((Self.smallestVisibleShare * Double(width * height)).rounded(.up))
    return painted.allSatisfy { index, count in
      visible[index + 1] >= max(smallest, count / 2)
    }
  }

  private func finish(_ canvas: Canvas, using stream: inout RandomStream) -> Scene {
    let brightness = Float(stream.uniform(in: 0.82...1.08))
    let warmth = Float(stream.uniform(in: -0.05...0.05))
    let light = Colour(1 + warmth, 1, 1 - warmth) * brightness
    var bits: UInt64 = 0
    let image = canvas.image(light: light) { pixel in
      // One draw serves eight pixels; the sum of two uniform numbers is bell-shaped enough.
      if pixel & 7 == 0 { bits = stream.next() }
      let byte = bits >> UInt64(8 * (pixel & 7))
      return (Float(byte & 15) + Float((byte >> 4) & 15) - 15) * 0.4
    }
    return Scene(
      image: image, groundTruth: LabelMap(width: width, height: height, indices: canvas.labels))
  }
}
