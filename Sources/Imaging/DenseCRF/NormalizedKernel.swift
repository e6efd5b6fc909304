import Essentials

/// A weighted Gaussian kernel of a CRF: a lattice filter with symmetric normalisation.
///
/// ```
/// K̂ = weight * D^-½ K D^-½,   D = diag(K 1 + 1e-20)
/// ```
/// K includes the pixel itself. Weight and normalisation are folded into the splatting and slicing
/// weights.
///
/// # Source
///
/// `lucasb-eyer/pydensecrf@2723c7fa4f pydensecrf/densecrf/src/pairwise.cpp:DenseKernel`
/// (`NORMALIZE_SYMMETRIC`, the default there).
struct NormalizedKernel: Sendable {
  /// The lattice that applies K.
  let lattice: PermutohedralLattice
  /// The splatting weights in the order of the lattice's `splatPoints`.
  let splatWeights: [Float]
  /// `[points, corners]`: the slicing weights.
  let sliceWeights: [Float]

  /// Normalises the kernel of a lattice.
  ///
  /// - Parameters:
  ///   - lattice: The lattice of the kernel's features.
  ///   - weight: The weight of the kernel.
  ///   - threads: The number of threads, at least 1; it does not change the result.
  init(lattice: PermutohedralLattice, weight: Float, threads: Int) {
    let ones = [SIMD4<Float>](repeating: SIMD4(1, 0, 0, 0), count: lattice.pointCount)
    let sums = lattice.filtered(ones, groupCount: 1, threads: threads)
    let norms = sums.map { 1 / ($0.x + 1e-20).squareRoot() }
    self.lattice = lattice
    splatWeights = zip(lattice.splatPoints, lattice.splatWeights).map { point, share in
      share * norms[Int(point)]
    }
    let factor = lattice.sliceFactor * weight
    var sliceWeights = lattice.weights
    for point in 0..<lattice.pointCount {
      for corner in 0..<lattice.cornerCount {
        sliceWeights[point * lattice.cornerCount + corner] *= factor * norms[point]
      }
    }
    self.sliceWeights = sliceWeights
  }
}

extension PermutohedralLattice {
  /// Returns values filtered without normalisation.
  ///
  /// - Parameters:
  ///   - input: `[points, groups]` values, four channels a group.
  ///   - groupCount: The number of channels divided by four.
  ///   - reversed: Whether the blur directions are taken from the last to the first.
  ///   - threads: The number of threads, at least 1; it does not change the result.
  /// - Returns: `[points, groups]` values.
  func filtered(
    _ input: [SIMD4<Float>], groupCount: Int, reversed: Bool = false, threads: Int
  ) -> [SIMD4<Float>] {
    let buffer = LatticeBuffer(vertexCount: vertexCount, groupCount: groupCount)
    input.withUnsafeBufferPointer { input in
      guard let base = input.baseAddress else { return }
      buffer.splat(base, weights: splatWeights, on: self, threads: threads)
    }
    buffer.blur(on: self, reversed: reversed, threads: threads)
    return [SIMD4<Float>](unsafeUninitializedCapacity: input.count) { output, initialized in
      Parallel.forEachRange(count: pointCount, threads: threads) { points in
        for point in points {
          for group in 0..<groupCount {
            var sum = SIMD4<Float>()
            for entry in (point * cornerCount)..<((point + 1) * cornerCount) {
              let vertex = Int(corners[entry])
              sum += weights[entry] * sliceFactor * buffer.values[vertex * groupCount + group]
            }
            output[point * groupCount + group] = sum
          }
        }
      }
      initialized = input.count
    }
  }
}
