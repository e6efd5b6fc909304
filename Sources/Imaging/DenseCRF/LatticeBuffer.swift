import Essentials

/// The values on the vertices of a lattice while it filters.
///
/// # Shapes
///
/// - values: `[1 + vertices, groups]` of four channels; vertex 0 stands for absent neighbours and
///   is zero.
final class LatticeBuffer {
  private let capacity: Int
  private let groupCount: Int
  private var current: UnsafeMutablePointer<SIMD4<Float>>
  private var other: UnsafeMutablePointer<SIMD4<Float>>

  /// The values after the last step.
  var values: UnsafePointer<SIMD4<Float>> { UnsafePointer(current) }

  /// Creates a buffer.
  ///
  /// - Parameters:
  ///   - vertexCount: The number of vertices of the lattice.
  ///   - groupCount: The number of channels divided by four.
  init(vertexCount: Int, groupCount: Int) {
    capacity = (vertexCount + 1) * groupCount
    self.groupCount = groupCount
    current = .allocate(capacity: capacity)
    other = .allocate(capacity: capacity)
    current.initialize(repeating: SIMD4(), count: capacity)
    other.initialize(repeating: SIMD4(), count: capacity)
  }

  deinit {
    current.deallocate()
    other.deallocate()
  }

  /// Sets every vertex to the weighted sum of its points.
  ///
  /// - Parameters:
  ///   - input: `[points, groups]` values.
  ///   - weights: The weights in the order of the lattice's `splatPoints`.
  ///   - lattice: The lattice the buffer was made for.
  ///   - threads: The number of threads; it does not change the result.
  func splat(
    _ input: UnsafePointer<SIMD4<Float>>, weights: [Float], on lattice: PermutohedralLattice,
    threads: Int
  ) {
    let target = current
    let groupCount = groupCount
    weights.withUnsafeBufferPointer { weights in
      lattice.splatPoints.withUnsafeBufferPointer { points in
        lattice.splatStarts.withUnsafeBufferPointer { starts in
          guard let weights = weights.baseAddress, let points = points.baseAddress else { return }
          let sums = WeightedSums(
            weights: weights, indices: points, rows: input, groupCount: groupCount)
          Parallel.forEachRange(count: lattice.vertexCount, threads: threads) { vertices in
            for vertex in vertices {
              let place = target + (vertex + 1) * groupCount
              sums.forEachGroup(of: Int(starts[vertex])..<Int(starts[vertex + 1])) {
                place[$0] = $1
              }
            }
          }
        }
      }
    }
  }

  /// Blurs the values along every direction of the lattice.
  ///
  /// - Parameters:
  ///   - lattice: The lattice the buffer was made for.
  ///   - reversed: Whether the last direction comes first, which gives the transposed filter.
  ///   - threads: The number of threads; it does not change the result.
  func blur(on lattice: PermutohedralLattice, reversed: Bool = false, threads: Int) {
    let groupCount = groupCount
    lattice.neighbors.withUnsafeBufferPointer { neighbors in
      for step in 0..<lattice.cornerCount {
        let direction = reversed ? lattice.dimension - step : step
        let first = direction * lattice.vertexCount
        let source = current
        let target = other
        Parallel.forEachRange(count: lattice.vertexCount, threads: threads) { vertices in
          for vertex in vertices {
            let pair = neighbors[first + vertex]
            let before = Int(pair.x) * groupCount
            let after = Int(pair.y) * groupCount
            let own = (vertex + 1) * groupCount
            for group in 0..<groupCount {
              let around = source[before &+ group] + source[after &+ group]
              target[own &+ group] = source[own &+ group] + 0.5 * around
            }
          }
        }
        swap(&current, &other)
      }
    }
  }
}
