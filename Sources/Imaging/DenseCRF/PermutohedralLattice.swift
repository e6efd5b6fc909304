import Essentials

/// A sparse permutohedral lattice around a set of points, for Gaussian filtering of their values.
///
/// Filtering splats the points' values onto the vertices of their simplices, blurs along each of
/// the d + 1 lattice directions with [½, 1, ½], and slices at the points. It approximates a
/// Gaussian of unit deviation in feature space; published CRF results are defined by it, and an
/// exact Gaussian gives visibly different labels.
///
/// # Source
///
/// As ``PermutohedralSimplex``. The SSE variant of the reference fills up the points to a multiple
/// of four with points at the feature origin, which only add vertices for the blur to pass through;
/// so does this one. The reference adds points to a vertex in ascending order; storing the points
/// of every vertex in that order keeps the sums, whatever the number of threads.
struct PermutohedralLattice: Sendable {
  /// The number of points.
  let pointCount: Int
  /// The number of features, d.
  let dimension: Int
  /// The number of vertices.
  let vertexCount: Int
  /// `[points, corners]`: the vertices of every point's simplex, numbered from 1.
  let corners: [Int32]
  /// `[points, corners]`: the share of every corner in the point.
  let weights: [Float]
  /// `[directions, vertices]`: the two neighbours of a vertex, numbered from 1; 0 where absent.
  let neighbors: [SIMD2<Int32>]
  /// `[vertices + 1]`: where the entries of every vertex start in `splatPoints`.
  let splatStarts: [Int32]
  /// The points of every vertex, ascending.
  let splatPoints: [Int32]
  /// The share of the vertex in each of `splatPoints`.
  let splatWeights: [Float]

  /// The number of vertices of a simplex, which is the number of blur directions.
  var cornerCount: Int { dimension + 1 }

  /// The factor that makes up for the gain of the blur, 1 / (1 + 2⁻ᵈ).
  var sliceFactor: Float { 1 / (1 + 1 / Float(1 << dimension)) }

  /// Builds the lattice of a set of points.
  ///
  /// - Parameters:
  ///   - pointCount: The number of points, at least 1.
  ///   - dimension: The number of features of a point, 1 through 7.
  ///   - threads: The number of threads, at least 1; it does not change the result.
  ///   - features: The features of a point in units of the kernel's deviation; called on several
  ///     threads.
  init(
    pointCount: Int, dimension: Int, threads: Int, features: (Int) -> SIMD8<Float>
  ) {
    precondition(pointCount > 0, "A lattice needs a point")
    self.pointCount = pointCount
    self.dimension = dimension
    let (simplices, weights) = Self.located(
      pointCount: pointCount, dimension: dimension, threads: threads, features: features)
    let (corners, table) = Self.numbered(simplices, pointCount: pointCount, dimension: dimension)
    self.weights = weights
    self.corners = corners
    vertexCount = table.keys.count
    neighbors = Self.neighbors(in: table, dimension: dimension, threads: threads)
    (splatStarts, splatPoints, splatWeights) = Self.transposed(
      corners, weights, cornerCount: dimension + 1, vertexCount: table.keys.count)
  }

  /// Finds the simplices of all points, and of points at the origin up to a multiple of four.
  private static func located(
    pointCount: Int, dimension: Int, threads: Int, features: (Int) -> SIMD8<Float>
  ) -> ([PermutohedralSimplex], [Float]) {
    let finder = PermutohedralSimplexFinder(dimension: dimension)
    let cornerCount = dimension + 1
    let paddedCount = (pointCount + 3) / 4 * 4
    let atOrigin = withUnsafeTemporaryAllocation(of: Float.self, capacity: 8) { unused in
      unused.baseAddress.map { finder.locate(SIMD8(), weights: $0) } ?? PermutohedralSimplex()
    }
    var simplices = [PermutohedralSimplex](repeating: atOrigin, count: paddedCount)
    var weights = [Float](repeating: 0, count: pointCount * cornerCount)
    simplices.withUnsafeMutableBufferPointer { simplices in
      weights.withUnsafeMutableBufferPointer { weights in
        guard let weights = weights.baseAddress else { return }
        Parallel.forEachRange(count: pointCount, threads: threads) { points in
          for point in points {
            simplices[point] = finder.locate(
              features(point), weights: weights + point * cornerCount)
          }
        }
      }
    }
    return (simplices, weights)
  }

  /// Numbers the vertices of all simplices in the order of the points.
  private static func numbered(
    _ simplices: [PermutohedralSimplex], pointCount: Int, dimension: Int
  ) -> ([Int32], PermutohedralHashTable) {
    let cornerCount = dimension + 1
    var table = PermutohedralHashTable(expectedCount: pointCount / 2)
    var corners = [Int32](repeating: 0, count: pointCount * cornerCount)
    let turns = PermutohedralSimplex.turns(dimension: dimension)
    turns.withUnsafeBufferPointer { turns in
      simplices.withUnsafeBufferPointer { simplices in
        corners.withUnsafeMutableBufferPointer { corners in
          for (point, simplex) in simplices.enumerated() {
            let first = point * cornerCount
            // Neighbouring pixels mostly share a simplex.
            if point > 0, point < pointCount, simplex == simplices[point - 1] {
              for corner in first..<(first + cornerCount) {
                corners[corner] = corners[corner - cornerCount]
              }
              continue
            }
            var key = simplex.origin
            for remainder in 0...dimension {
              let number = table.number(of: key) + 1
              // Points that fill up the last four only leave their vertices.
              if point < pointCount { corners[first + remainder] = number }
              key = simplex.key(after: key, remainder: remainder, turns: turns)
            }
          }
        }
      }
    }
    return (corners, table)
  }

  /// Finds the two neighbours of every vertex along every direction.
  private static func neighbors(
    in table: PermutohedralHashTable, dimension: Int, threads: Int
  ) -> [SIMD2<Int32>] {
    let vertexCount = table.keys.count
    let directionCount = dimension + 1
    var neighbors = [SIMD2<Int32>](repeating: SIMD2(), count: directionCount * vertexCount)
    neighbors.withUnsafeMutableBufferPointer { neighbors in
      Parallel.forEachRange(count: directionCount, threads: threads) { directions in
        for direction in directions {
          // One step along the direction lowers every coordinate by 1 and raises one by d. The
          // last coordinate is not part of a key.
          var step = PermutohedralSimplex.Key()
          for axis in 0..<dimension { step[axis] = -1 }
          if direction < dimension { step[direction] = Int16(dimension) }
          let first = direction * vertexCount
          for (vertex, key) in table.keys.enumerated() {
            let neighbor = Int(table.find(key &+ step))
            guard neighbor >= 0 else { continue }
            neighbors[first + vertex].x = Int32(truncatingIfNeeded: neighbor + 1)
            neighbors[first + neighbor].y = Int32(truncatingIfNeeded: vertex + 1)
          }
        }
      }
    }
    return neighbors
  }

  /// Sorts the corners of all points by vertex, keeping the order of the points.
  private static func transposed(
    _ corners: [Int32], _ weights: [Float], cornerCount: Int, vertexCount: Int
  ) -> (starts: [Int32], points: [Int32], weights: [Float]) {
    var starts = [Int32](repeating: 0, count: vertexCount + 1)
    for corner in corners { starts[Int(corner)] += 1 }
    for vertex in 1...vertexCount { starts[vertex] += starts[vertex - 1] }
    var next = starts
    var points = [Int32](repeating: 0, count: corners.count)
    var splatWeights = [Float](repeating: 0, count: corners.count)
    for point in 0..<(corners.count / cornerCount) {
      for entry in (point * cornerCount)..<((point + 1) * cornerCount) {
        let vertex = Int(corners[entry]) - 1
        let position = Int(next[vertex])
        next[vertex] += 1
        points[position] = Int32(truncatingIfNeeded: point)
        splatWeights[position] = weights[entry]
      }
    }
    return (starts, points, splatWeights)
  }
}
