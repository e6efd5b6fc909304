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
  /// Four bits for each rank: the coordinate of that rank when they are sorted by their distance
  /// from the origin.
  var order: UInt32 = 0

  /// Whether two points lie in the same simplex.
  @inline(__always)
  static func == (first: PermutohedralSimplex, second: PermutohedralSimplex) -> Bool {
    first.order == second.order && words(first.origin) == words(second.origin)
  }

  /// A key as two words, which compare faster than eight lanes.
  @inline(__always)
  static func words(_ key: Key) -> (UInt64, UInt64) {
    let words = unsafeBitCast(key, to: SIMD2<UInt64>.self)
    return (words.x, words.y)
  }

  /// For each coordinate the way from a vertex to the next one when that coordinate turns.
  ///
  /// The vertices of a simplex are passed by adding 1 to all coordinates and taking d + 1 from one
  /// of them, the highest rank first. The last coordinate is not part of the key.
  static func turns(dimension: Int) -> [Key] {
    (0...dimension).map { axis in
      var turn = Key()
      for other in 0..<dimension { turn[other] = other == axis ? -Int16(dimension) : 1 }
      return turn
    }
  }

  /// The key of the vertex after that of `remainder`.
  ///
  /// - Parameters:
  ///   - key: The key of the vertex of `remainder`.
  ///   - remainder: A remainder below the dimension.
  ///   - turns: What ``turns(dimension:)`` returns.
  /// - Returns: The key of the vertex of `remainder + 1`.
  @inline(__always)
  func key(after key: Key, remainder: Int, turns: UnsafeBufferPointer<Key>) -> Key {
    let rank = UInt32(truncatingIfNeeded: turns.count - 1 - remainder)
    return key &+ turns[Int(truncatingIfNeeded: (order &>> (4 &* rank)) & 15)]
  }
}
