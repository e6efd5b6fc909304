import Essentials

/// The transitions of a random walk as one plane of affinities for each direction.
///
/// Rows lie `margin` columns apart and the planes have as much room before and after them as the
/// longest offset needs, all of it zero. So a step treats a plane as a line of numbers, without a
/// look at the borders: what wraps around into another row meets an affinity of zero.
struct WalkStencil: Sendable {
  private let height: Int
  private let width: Int
  private let stride: Int
  private let start: Int
  private let length: Int
  private let steps: [Int]
  private let offsets: [PathIndex.Offset]
  /// `[directions, length]`: the power of the affinity of a pixel and the one a step further.
  private var affinities: [Float]
  /// `[length]`: one over the sum of the affinities of a pixel; 0 between the rows.
  private var normalizers: [Float]

  /// The number of pixels that are computed together.
  private static let laneCount = 8

  /// Creates a stencil without any transition.
  ///
  /// - Parameters:
  ///   - height: The number of rows, at least 1.
  ///   - width: The number of columns, at least 1.
  ///   - offsets: The directions, each of them to the right or down.
  ///   - margin: The largest number of columns or rows of an offset.
  init(height: Int, width: Int, offsets: [PathIndex.Offset], margin: Int) {
    self.height = height
    self.width = width
    self.offsets = offsets
    let stride = width + margin
    self.stride = stride
    start = margin * stride + margin
    length = start + height * stride + start + Self.laneCount
    steps = offsets.map { $0.rows * stride + $0.columns }
    affinities = [Float](repeating: 0, count: offsets.count * length)
    normalizers = [Float](repeating: 0, count: length)
  }

  // MARK: - Transitions

  /// Sets the affinities from a boundary map.
  ///
  /// - Parameters:
  ///   - index: The paths, in the order of the offsets.
  ///   - boundaryMap: `[height, width]` boundary probabilities.
  ///   - exponent: The power of the affinities, at least 1.
  ///   - threads: The number of threads; it does not change the result.
  mutating func fill(
    affinitiesOf index: PathIndex, boundaryMap: [Float], exponent: Int, threads: Int
  ) {
    let (height, width, stride, start, length) = (height, width, stride, start, length)
    affinities.withUnsafeMutableBufferPointer { affinities in
      Parallel.forEachRange(count: index.paths.count, threads: threads) { paths in
        for path in paths {
          let points = index.paths[path].points
          let offset = points[0]
          guard offset.rows < height, abs(offset.columns) < width else { continue }
          let columns = max(0, -offset.columns)..<(width - max(0, offset.columns))
          let steps = points.map { $0.rows * width + $0.columns }
          for row in 0..<(height - offset.rows) {
            for column in columns {
              let pixel = row * width + column
              var strongest = boundaryMap[pixel]
              for step in steps { strongest = max(strongest, boundaryMap[pixel + step]) }
              affinities[path * length + start + row * stride + column] =
                (1 - strongest).raised(to: exponent)
            }
          }
        }
      }
    }
    normalize(threads: threads)
  }

  /// Sets the affinities.
  ///
  /// - Parameters:
  ///   - values: `[offsets, height, width]`; what leads out of the map is left out.
  ///   - exponent: The power of the affinities, at least 1.
  ///   - threads: The number of threads; it does not change the result.
  mutating func fill(affinities values: [Float], exponent: Int, threads: Int) {
    for (direction, offset) in offsets.enumerated() {
      guard offset.rows < height, abs(offset.columns) < width else { continue }
      for row in 0..<height - offset.rows {
        for column in max(0, -offset.columns)..<width - max(0, offset.columns) {
          affinities[direction * length + start + row * stride + column] =
            values[(direction * height + row) * width + column].raised(to: exponent)
        }
      }
    }
    normalize(threads: threads)
  }

  private mutating func normalize(threads: Int) {
    let (width, stride, start, length) = (width, stride, start, length)
    let (steps, affinities) = (steps, affinities)
    normalizers.withUnsafeMutableBufferPointer { normalizers in
      Parallel.forEachRange(count: height, threads: threads) { rows in
        for row in rows {
          for pixel in (start + row * stride)..<(start + row * stride + width) {
            var sum: Float = 1
            for (direction, step) in steps.enumerated() {
              sum += affinities[direction * length + pixel]
              sum += affinities[direction * length + pixel - step]
            }
            normalizers[pixel] = 1 / sum
          }
        }
      }
    }
  }

  /// The power of the affinity of a pixel and the one that an offset leads to.
  func affinity(row: Int, column: Int, direction: Int) -> Float {
    affinities[direction * length + start + row * stride + column]
  }

  // MARK: - Walking

  /// Multiplies maps by the transition matrix a number of times.
  ///
  /// - Parameters:
  ///   - maps: `[classes, height, width]` values.
  ///   - stepCount: The number of multiplications.
  ///   - threads: The number of threads; it does not change the result.
  /// - Returns: `[classes, height, width]` values.
  func walk(_ maps: [Float], stepCount: Int, threads: Int) -> [Float] {
    let classCount = maps.count / (height * width)
    var current = [Float](repeating: 0, count: classCount * length)
    var next = current
    forEachRow(classCount: classCount) { place, source in
      for column in 0..<width { current[place + column] = maps[source + column] }
    }
    for _ in 0..<stepCount {
      current.withUnsafeBufferPointer { current in
        next.withUnsafeMutableBufferPointer { next in
          step(from: current, to: next, classCount: classCount, threads: threads)
        }
      }
      swap(&current, &next)
    }
    var result = maps
    forEachRow(classCount: classCount) { place, target in
      for column in 0..<width { result[target + column] = current[place + column] }
    }
    return result
  }

  /// Calls `body` with the place of every row in the planes and in the maps.
  private func forEachRow(classCount: Int, _ body: (_ place: Int, _ index: Int) -> Void) {
    for plane in 0..<classCount {
      for row in 0..<height {
        body(plane * length + start + row * stride, (plane * height + row) * width)
      }
    }
  }

  /// Takes one step of all maps.
  private func step(
    from current: UnsafeBufferPointer<Float>, to next: UnsafeMutableBufferPointer<Float>,
    classCount: Int, threads: Int
  ) {
    // Blocks keep a part of the affinities in the cache for all classes.
    let blockLength = 512
    let lanes = (height * stride + Self.laneCount - 1) / Self.laneCount
    let blockLanes = blockLength / Self.laneCount
    guard let source = UnsafeRawPointer(current.baseAddress),
      let target = UnsafeMutableRawPointer(next.baseAddress)
    else { return }
    affinities.withUnsafeBytes { affinities in
      normalizers.withUnsafeBytes { normalizers in
        guard let affinities = affinities.baseAddress, let normalizers = normalizers.baseAddress
        else { return }
        Parallel.forEachRange(count: lanes, threads: threads, alignment: blockLanes) { range in
          for block in Swift.stride(from: range.lowerBound, to: range.upperBound, by: blockLanes) {
            let end = min(block + blockLanes, range.upperBound)
            for plane in 0..<classCount {
              for lane in block..<end {
                let pixel = start + lane * Self.laneCount
                let base = source + plane * length * 4
                let pull = pull(base, around: pixel, affinities: affinities)
                let factor = Self.load(normalizers, pixel)
                (target + (plane * length + pixel) * 4).storeBytes(
                  of: Self.load(base, pixel) + pull * factor, as: SIMD8<Float>.self)
              }
            }
          }
        }
      }
    }
  }

  /// What the neighbours of eight pixels add to them before normalisation.
  ///
  /// Summing differences instead of values keeps constant maps exactly as they are, so rounding
  /// does not pile up in one direction over hundreds of steps.
  @inline(__always)
  private func pull(
    _ plane: UnsafeRawPointer, around pixel: Int, affinities: UnsafeRawPointer
  ) -> SIMD8<Float> {
    let own = Self.load(plane, pixel)
    var ahead = SIMD8<Float>()
    var behind = SIMD8<Float>()
    var affinity = affinities
    for step in steps {
      ahead += Self.load(affinity, pixel) * (Self.load(plane, pixel + step) - own)
      behind += Self.load(affinity, pixel - step) * (Self.load(plane, pixel - step) - own)
      affinity += length * 4
    }
    return ahead + behind
  }

  @inline(__always)
  private static func load(_ pointer: UnsafeRawPointer, _ index: Int) -> SIMD8<Float> {
    pointer.loadUnaligned(fromByteOffset: index * 4, as: SIMD8<Float>.self)
  }
}

extension Float {
  /// The power with a positive whole exponent, by repeated squaring.
  fileprivate func raised(to exponent: Int) -> Float {
    var (result, base, rest): (Float, Float, Int) = (1, self, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= base }
      base *= base
      rest >>= 1
    }
    return result
  }
}
