/// A simplex of the permutohedral lattice and the place of a point in it.
///
/// The lattice of dimension d lies in the plane of ℝᵈ⁺¹ whose coordinates sum to zero.
///
/// # Source
///
/// Adams, Baek and Davis, "Fast high-dimensional filtering using the permutohedral lattice",
/// Eurographics 2010, §3. Reference: `lucasb-eyer/pydensecrf@2723c7fa4f
/// pydensecrf/densecrf/src/permutohedral.cpp:Permutohedral::init` (the SSE variant).
struct PermutohedralSimplex: Sendable, Equatable {
  /// The coordinates of a lattice vertex without the last one, which follows from the others.
  typealias Key = SIMD8<Int16>

  /// The coordinates of the vertex of remainder 0.
  var origin = Key()
  /// The place of every coordinate of the point when they are sorted by distance from the origin.
  var rank = Key()

  /// The key of the vertex of the given remainder, `0...dimension`.
  @inline(__always)
  func key(remainder: Int, dimension: Int) -> Key {
    let step = Int16(truncatingIfNeeded: remainder)
    let last = Int16(truncatingIfNeeded: dimension) &- step
    let back = step &- Int16(truncatingIfNeeded: dimension + 1)
    let moved = (origin &+ step).replacing(with: origin &+ back, where: rank .> last)
    return moved.replacing(with: 0, where: Self.lanes .>= Int16(truncatingIfNeeded: dimension))
  }

  private static let lanes = Key(0, 1, 2, 3, 4, 5, 6, 7)
}

/// Finds the simplex of the permutohedral lattice around a point.
///
/// All arithmetic is in single precision and in the order of the reference, so that points fall
/// into the simplices they fall into there.
struct PermutohedralSimplexFinder {
  /// The number of features, d.
  let dimension: Int
  private let scale: SIMD8<Float>

  /// Creates a finder for points of 1 through 7 features, which is what a key holds.
  init(dimension: Int) {
    precondition(1...7 ~= dimension, "Lattice dimension must be 1 through 7, got \(dimension)")
    self.dimension = dimension
    // The standard deviation of the whole filter, so that features in units of the kernel's
    // deviation need no further scaling.
    let deviation = Float((2.0 / 3.0).squareRoot() * Double(dimension + 1))
    var scale = SIMD8<Float>()
    for i in 0..<dimension {
      scale[i] = Float(1 / Double((i + 1) * (i + 2)).squareRoot() * Double(deviation))
    }
    self.scale = scale
  }

  /// Finds the simplex around a point.
  ///
  /// - Parameter features: The coordinates in units of the kernel's deviation; lanes from
  ///   `dimension` on are ignored.
  /// - Returns: The simplex, and the share of each of its vertices in the point by remainder.
  func locate(
    _ features: SIMD8<Float>
  ) -> (simplex: PermutohedralSimplex, weights: SIMD8<Float>) {
    let axes = dimension + 1
    let inverse = 1 / Float(axes)
    let scaled = features * scale
    var elevated = SIMD8<Float>()
    var sum: Float = 0
    for j in stride(from: dimension, to: 0, by: -1) {
      elevated[j] = sum - Float(j) * scaled[j - 1]
      sum += scaled[j - 1]
    }
    elevated[0] = sum

    let quotient = (inverse * elevated + Self.roundingTerm) - Self.roundingTerm
    var nearest = quotient * Float(axes)
    var excess: Float = 0
    for i in 0..<axes { excess += quotient[i] }

    let distance = elevated - nearest
    var rank = SIMD8<Float>()
    for i in 0..<dimension {
      for j in (i + 1)..<axes {
        let isSmaller: Float = distance[i] < distance[j] ? 1 : 0
        rank[i] += isSmaller
        rank[j] += 1 - isSmaller
      }
    }
    // A point that rounded off the plane comes back by turning its coordinates.
    rank += excess
    let turn = SIMD8<Float>(repeating: 0)
      .replacing(with: Float(axes), where: rank .< 0)
      .replacing(with: -Float(axes), where: rank .>= Float(axes))
    rank += turn
    nearest += turn

    let share = (elevated - nearest) * inverse
    var weights = SIMD8<Float>()
    var overflow: Float = 0
    for i in 0..<axes {
      let place = dimension - Int(rank[i])
      weights[place] += share[i]
      if place == dimension { overflow -= share[i] } else { weights[place + 1] -= share[i] }
    }
    weights[0] += 1 + overflow

    precondition(
      nearest.max() < 32_000 && nearest.min() > -32_000,
      "Lattice coordinates need more than 16 bits: the deviations are too small for the image")
    let simplex = PermutohedralSimplex(
      origin: Self.integers(nearest), rank: Self.integers(rank))
    return (simplex, weights)
  }

  /// Adding and subtracting it rounds numbers below 2²² to the nearest integer, ties to even.
  private static let roundingTerm: Float = 12_582_912

  /// The 16-bit integers that whole numbers stand for.
  private static func integers(_ values: SIMD8<Float>) -> SIMD8<Int16> {
    let bits = unsafeBitCast(values + roundingTerm, to: SIMD8<Int32>.self)
    return SIMD8<Int16>(truncatingIfNeeded: bits &- Int32(bitPattern: roundingTerm.bitPattern))
  }
}
