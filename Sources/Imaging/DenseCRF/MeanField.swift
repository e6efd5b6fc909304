import Essentials

/// The state of a mean-field inference.
///
/// # Shapes
///
/// - energies and probabilities: `[pixels, groups]` of four labels; labels that fill up the last
///   group have probability 0.
final class MeanField {
  private let labelCount: Int
  private let pixelCount: Int
  private let groupCount: Int
  private let kernels: [NormalizedKernel]
  private let buffers: [LatticeBuffer]
  private let threads: Int
  private let logits: UnsafeMutablePointer<SIMD4<Float>>
  private let field: UnsafeMutablePointer<SIMD4<Float>>

  /// Starts at the softmax of the negated energies.
  ///
  /// - Parameters:
  ///   - unary: The energies.
  ///   - kernels: The kernels over the same pixels.
  ///   - threads: The number of threads, at least 1; it does not change the result.
  init(unary: UnaryEnergies, kernels: [NormalizedKernel], threads: Int) {
    labelCount = unary.labelCount
    pixelCount = unary.pixelCount
    groupCount = (labelCount + 3) / 4
    self.kernels = kernels
    self.threads = threads
    let groupCount = groupCount
    buffers = kernels.map {
      LatticeBuffer(vertexCount: $0.lattice.vertexCount, groupCount: groupCount)
    }
    logits = .allocate(capacity: pixelCount * groupCount)
    field = .allocate(capacity: pixelCount * groupCount)
    let filler = SIMD4<Float>(repeating: -.infinity)
    logits.initialize(repeating: filler, count: pixelCount * groupCount)
    field.initialize(repeating: SIMD4(), count: pixelCount * groupCount)
    for label in 0..<labelCount {
      for pixel in 0..<pixelCount {
        logits[pixel * groupCount + label / 4][label % 4] =
          -unary.values[label * pixelCount + pixel]
      }
    }
    update(with: [])
  }

  deinit {
    logits.deallocate()
    field.deallocate()
  }

  /// `[labels, pixels]`: the probabilities now.
  var probabilities: [Float] {
    [Float](unsafeUninitializedCapacity: labelCount * pixelCount) { result, initialized in
      for label in 0..<labelCount {
        for pixel in 0..<pixelCount {
          result[label * pixelCount + pixel] = field[pixel * groupCount + label / 4][label % 4]
        }
      }
      initialized = labelCount * pixelCount
    }
  }

  /// Performs one iteration.
  func iterate() {
    for (kernel, buffer) in zip(kernels, buffers) {
      buffer.splat(field, weights: kernel.splatWeights, on: kernel.lattice, threads: threads)
      buffer.blur(on: kernel.lattice, threads: threads)
    }
    update(with: Array(zip(kernels, buffers)))
  }

  /// Sets the field to the softmax of the logits plus what the kernels send.
  private func update(with messages: [(kernel: NormalizedKernel, buffer: LatticeBuffer)]) {
    let field = field
    let logits = logits
    let groupCount = groupCount
    Parallel.forEachRange(count: pixelCount, threads: threads) { pixels in
      for index in (pixels.lowerBound * groupCount)..<(pixels.upperBound * groupCount) {
        field[index] = logits[index]
      }
      for (kernel, buffer) in messages {
        Self.add(kernel, buffer.values, to: field, pixels: pixels, groupCount: groupCount)
      }
      for pixel in pixels {
        Self.softmax(field + pixel * groupCount, groupCount: groupCount)
      }
    }
  }

  /// Slices a kernel's lattice at a range of pixels and adds the result.
  private static func add(
    _ kernel: NormalizedKernel, _ values: UnsafePointer<SIMD4<Float>>,
    to field: UnsafeMutablePointer<SIMD4<Float>>, pixels: Range<Int>, groupCount: Int
  ) {
    let cornerCount = kernel.lattice.cornerCount
    kernel.sliceWeights.withUnsafeBufferPointer { weights in
      kernel.lattice.corners.withUnsafeBufferPointer { corners in
        guard let weights = weights.baseAddress, let corners = corners.baseAddress else { return }
        let sums = WeightedSums(
          weights: weights, indices: corners, rows: values, groupCount: groupCount)
        for pixel in pixels {
          let first = pixel &* cornerCount
          let place = field + pixel &* groupCount
          sums.forEachGroup(of: first..<(first &+ cornerCount)) { place[$0] += $1 }
        }
      }
    }
  }

  /// Replaces the logits of one pixel by their softmax.
  @inline(__always)
  private static func softmax(_ logits: UnsafeMutablePointer<SIMD4<Float>>, groupCount: Int) {
    var highest = logits[0]
    for group in 1..<max(groupCount, 1) {
      // `pointwiseMax` and `max` of a vector branch on every lane.
      highest.replace(with: logits[group], where: logits[group] .> highest)
    }
    let pairs = highest.lowHalf.replacing(
      with: highest.highHalf, where: highest.highHalf .> highest.lowHalf)
    let maximum = pairs.x > pairs.y ? pairs.x : pairs.y
    var sums = SIMD4<Float>()
    for group in 0..<groupCount {
      logits[group] = (logits[group] - maximum).exponentialOfNonPositive
      sums += logits[group]
    }
    let factor = 1 / sums.sum()
    for group in 0..<groupCount { logits[group] *= factor }
  }
}
