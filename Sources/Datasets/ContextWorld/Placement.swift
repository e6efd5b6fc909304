import Essentials

/// Chooses size, place and colours of every object of a scene.
struct Placement {
  let width: Int
  let height: Int
  /// A factor on all sizes.
  let shrink: Float

  /// Body colours shared by all coaches, hulls and furry or padded things: no class owns a colour.
  private static let coaches: [Colour] = [
    [0.78, 0.20, 0.18], [0.20, 0.38, 0.70], [0.16, 0.52, 0.40], [0.86, 0.50, 0.16],
    [0.55, 0.26, 0.55], [0.88, 0.86, 0.80],
  ]
  private static let hulls: [Colour] = [
    [0.92, 0.91, 0.88], [0.80, 0.84, 0.90], [0.90, 0.78, 0.72], [0.74, 0.22, 0.22],
    [0.24, 0.34, 0.58], [0.85, 0.80, 0.55],
  ]
  private static let cloths: [Colour] = [
    [0.90, 0.87, 0.80], [0.78, 0.72, 0.62], [0.62, 0.52, 0.44], [0.80, 0.66, 0.56],
    [0.72, 0.72, 0.74],
  ]
  /// Colours of wings and sails, and of cushions.
  private static let trims: [Colour] = [
    [0.88, 0.24, 0.20], [0.98, 0.62, 0.12], [0.15, 0.62, 0.60], [0.60, 0.25, 0.62],
  ]

  /// Returns the painters of an outcome's objects, from far to near.
  func painters(
    for outcome: ContextWorld.Outcome, using stream: inout RandomStream
  ) -> [ObjectPainter] {
    var planned = outcome.objects
    // A second, smaller one of the same class in a free slot.
    if let first = planned.first, stream.chance(planned.count == 1 ? 0.35 : 0.15) {
      let free = (0..<6).filter { slot in !planned.contains { $0.slot == slot } }
      planned.append(
        ContextWorld.Outcome.Object(
          objectClass: first.objectClass, slot: free[stream.integer(in: 0...free.count - 1)],
          hasPart: first.hasPart))
    }
    let shares: ClosedRange<Double> =
      switch planned.count {
      case 1: 0.13...0.32
      case 2: 0.08...0.18
      case 3: 0.065...0.12
      default: 0.05...0.09
      }
    var boxes: [(low: Point, high: Point)] = []
    var painters: [ObjectPainter] = []
    for object in planned {
      let frame = place(object, share: shares, beside: boxes, using: &stream)
      let half = ObjectPainter.halfSize(of: object.objectClass) * frame.scale
      boxes.append((frame.center - half, frame.center + half))
      painters.append(painter(of: object, frame: frame, using: &stream))
    }
    return painters.enumerated().sorted {
      ($0.element.frame.center.y, $0.offset) < ($1.element.frame.center.y, $1.offset)
    }.map(\.element)
  }

  private func place(
    _ object: ContextWorld.Outcome.Object, share: ClosedRange<Double>,
    beside boxes: [(low: Point, high: Point)], using stream: inout RandomStream
  ) -> ObjectFrame {
    let size = Point(Float(width), Float(height))
    let isNear = object.slot >= 3
    let area = Float(stream.uniform(in: share)) * (isNear ? 1.15 : 0.85) * shrink * shrink
    let covered = ObjectPainter.coverage(of: object.objectClass)
    let scale = min((area * size.x * size.y / covered).squareRoot(), 0.86 * size.x)
    let half = ObjectPainter.halfSize(of: object.objectClass) * scale
    let slot = Point([0.2, 0.5, 0.8][object.slot % 3], isNear ? 0.72 : 0.42)
    // Of a few jittered places the one that hides the least.
    var best: (overlap: Float, center: Point) = (.greatestFiniteMagnitude, slot * size)
    for _ in 0..<6 {
      let jitter = Point(
        Float(stream.uniform(in: -0.08...0.08)), Float(stream.uniform(in: -0.07...0.07)))
      var center = (slot + jitter) * size
      let margin = half * 0.94
      center.x = min(max(center.x, min(margin.x, size.x / 2)), max(size.x - margin.x, size.x / 2))
      center.y = min(max(center.y, min(margin.y, size.y / 2)), max(size.y - margin.y, size.y / 2))
      var overlap: Float = 0
      for box in boxes {
        let extent = pointwiseMin(box.high, center + half) - pointwiseMax(box.low, center - half)
        overlap += max(extent.x, 0) * max(extent.y, 0)
      }
      if overlap < best.overlap { best = (overlap, center) }
    }
    return ObjectFrame(
      center: best.center, scale: scale, isMirrored: stream.chance(0.5),
      tilt: Float(stream.uniform(in: -0.05...0.05)))
  }

  private func painter(
    of object: ContextWorld.Outcome.Object, frame: ObjectFrame, using stream: inout RandomStream
  ) -> ObjectPainter {
    let coats =
      switch object.objectClass {
      case .aeroplane, .boat: Self.hulls
      case .bus, .train: Self.coaches
      case .chair, .sheep: Self.cloths
      }
    let coat = coats[stream.integer(in: 0...coats.count - 1)]
    let shade = Float(stream.uniform(in: 0.88...1.04))
    return ObjectPainter(
      objectClass: object.objectClass, hasPart: object.hasPart, frame: frame, coat: coat * shade,
      trim: Self.trims[stream.integer(in: 0...Self.trims.count - 1)],
      noise: ValueNoise(using: &stream))
  }
}
