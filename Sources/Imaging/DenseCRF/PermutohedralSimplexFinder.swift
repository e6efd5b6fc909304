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

  /// The largest lattice coordinate that a simplex holds.
  static let largestCoordinate: Float = 32_000

  /// Returns a bound of the lattice coordinates of all points between the origin and a corner.
  ///
  /// - Parameter corner: The largest features, none below 0.
  /// - Returns: What ``largestCoordinate`` must exceed.
  func coordinateBound(of corner: SIMD8<Float>) -> Float {
    let scaled = corner * scale
    let sum = (0..<dimension).reduce(Float(0)) { $0 + scaled[$1] }
    let largest = (0..<dimension).reduce(sum) { max($0, Float($1 + 1) * scaled[$1]) }
    // Rounding to the nearest vertex and turning it move a coordinate by less than this.
    return largest + Float(2 * (dimension + 1))
  }

  /// Finds the simplex around a point.
  ///
  /// - Parameters:
  ///   - features: The coordinates in units of the kernel's deviation; lanes from `dimension` on
  ///     are ignored.
  ///   - weights: Where the share of each vertex in the point goes, by remainder; d + 1 of them.
  /// - Returns: The simplex.
  func locate(
    _ features: SIMD8<Float>, weights: UnsafeMutablePointer<Float>
  ) -> PermutohedralSimplex {
    // Plain memory, since lanes at variable places of a vector are slow to write.
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 32) { scratch in
      let elevated = UnsafeMutableBufferPointer(rebasing: scratch[0..<8])
      let nearest = UnsafeMutableBufferPointer(rebasing: scratch[8..<16])
      let rank = UnsafeMutableBufferPointer(rebasing: scratch[16..<24])
      let distance = UnsafeMutableBufferPointer(rebasing: scratch[24..<32])
      elevate(features * scale, to: elevated)
      round(elevated, nearest: nearest, rank: rank, distance: distance)
      share(elevated, nearest: nearest, rank: rank, weights: weights)
      return simplex(nearest: nearest, rank: rank)
    }
  }

  /// Maps a point onto the plane of the lattice.
  @inline(__always)
  private func elevate(_ scaled: SIMD8<Float>, to elevated: UnsafeMutableBufferPointer<Float>) {
    var sum: Float = 0
    for j in stride(from: dimension, to: 0, by: -1) {
      elevated[j] = sum - Float(j) * scaled[j - 1]
      sum += scaled[j - 1]
    }
    elevated[0] = sum
  }

  /// Finds the nearest vertex of remainder 0 and ranks the coordinates around it.
  @inline(__always)
  private func round(
    _ elevated: UnsafeMutableBufferPointer<Float>, nearest: UnsafeMutableBufferPointer<Float>,
    rank: UnsafeMutableBufferPointer<Float>, distance: UnsafeMutableBufferPointer<Float>
  ) {
    let axes = Float(dimension + 1)
    let inverse = 1 / axes
    var excess: Float = 0
    for i in 0...dimension {
      let quotient = (inverse * elevated[i] + Self.roundingTerm) - Self.roundingTerm
      nearest[i] = quotient * axes
      excess += quotient
      distance[i] = elevated[i] - nearest[i]
      rank[i] = 0
    }
    for i in 0..<dimension {
      var lower: Float = 0
      for j in (i + 1)...dimension {
        let isSmaller: Float = distance[i] < distance[j] ? 1 : 0
        lower += isSmaller
        rank[j] += 1 - isSmaller
      }
      rank[i] += lower
    }
    // A point that rounded off the plane comes back by turning its coordinates.
    for i in 0...dimension {
      rank[i] += excess
      let turn = rank[i] < 0 ? axes : rank[i] >= axes ? -axes : 0
      rank[i] += turn
      nearest[i] += turn
    }
  }

  /// Computes the barycentric coordinates.
  @inline(__always)
  private func share(
    _ elevated: UnsafeMutableBufferPointer<Float>, nearest: UnsafeMutableBufferPointer<Float>,
    rank: UnsafeMutableBufferPointer<Float>, weights: UnsafeMutablePointer<Float>
  ) {
    let inverse = 1 / Float(dimension + 1)
    for i in 0...dimension { weights[i] = 0 }
    var overflow: Float = 0
    for i in 0...dimension {
      let share = (elevated[i] - nearest[i]) * inverse
      let place = dimension - Int(rank[i])
      weights[place] += share
      if place == dimension { overflow -= share } else { weights[place + 1] -= share }
    }
    weights[0] += 1 + overflow
  }

  @inline(__always)
  private func simplex(
    nearest: UnsafeMutableBufferPointer<Float>, rank: UnsafeMutableBufferPointer<Float>
  ) -> PermutohedralSimplex {
    var simplex = PermutohedralSimplex()
    for i in 0...dimension {
      precondition(
        abs(nearest[i]) < Self.largestCoordinate,
        "Lattice coordinates need more than 16 bits: the deviations are too small for the image")
      if i < dimension { simplex.origin[i] = Int16(nearest[i]) }
      simplex.order |= UInt32(truncatingIfNeeded: i) << (4 * UInt32(rank[i]))
    }
    return simplex
  }

  /// Adding and subtracting it rounds numbers below 2²² to the nearest integer, ties to even.
  private static let roundingTerm: Float = 12_582_912
}
