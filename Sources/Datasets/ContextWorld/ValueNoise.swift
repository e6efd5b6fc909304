import Essentials

/// Smooth random texture: random values on a lattice, interpolated between.
///
/// Uses no transcendental function, so that a scene has the same bits on every platform.
struct ValueNoise {
  private static let side = 64
  private let lattice: [Float]

  init(using stream: inout RandomStream) {
    lattice = (0..<Self.side * Self.side).map { _ in Float(stream.uniform()) }
  }

  /// Returns a value in `0...1`, smooth over about one unit of `x` and of `y`.
  func value(_ x: Float, _ y: Float) -> Float {
    let left = x.rounded(.down)
    let top = y.rounded(.down)
    let u = smooth(x - left)
    let v = smooth(y - top)
    let mask = Self.side - 1
    let column = Int(left) & mask
    let row = (Int(top) & mask) * Self.side
    let nextColumn = (column + 1) & mask
    let nextRow = (row + Self.side) & (Self.side * Self.side - 1)
    let upper = mix(lattice[row + column], lattice[row + nextColumn], u)
    let lower = mix(lattice[nextRow + column], lattice[nextRow + nextColumn], u)
    return mix(upper, lower, v)
  }

  /// Returns a value in `0...1` with detail at three scales.
  func fractal(_ x: Float, _ y: Float) -> Float {
    (value(x, y) * 4 + value(x * 2 + 17, y * 2 + 5) * 2 + value(x * 4 + 31, y * 4 + 11)) / 7
  }

  private func smooth(_ t: Float) -> Float { t * t * (3 - 2 * t) }
}

/// Returns the value `amount` of the way from `a` to `b`.
@inline(__always)
func mix(_ a: Float, _ b: Float, _ amount: Float) -> Float { a + (b - a) * amount }

/// Returns the colour `amount` of the way from `a` to `b`.
@inline(__always)
func mix(_ a: Colour, _ b: Colour, _ amount: Float) -> Colour { a + (b - a) * amount }

/// Returns 0 below `low`, 1 above `high` and a straight line between.
@inline(__always)
func ramp(_ low: Float, _ high: Float, _ x: Float) -> Float {
  min(max((x - low) / (high - low), 0), 1)
}
