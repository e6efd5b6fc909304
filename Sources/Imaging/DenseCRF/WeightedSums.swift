/// Weighted sums of rows of channel groups, the inner loop of splatting and of slicing.
///
/// # Shapes
///
/// - `rows`: `[any, groupCount]` of four channels.
struct WeightedSums {
  /// The weights.
  let weights: UnsafePointer<Float>
  /// The row that each weight belongs to.
  let indices: UnsafePointer<Int32>
  /// The rows.
  let rows: UnsafePointer<SIMD4<Float>>
  /// The number of channels divided by four.
  let groupCount: Int

  /// Sums the rows of a range of entries, in their order.
  ///
  /// - Parameters:
  ///   - entries: The range in `weights` and `indices`.
  ///   - receive: Gets every group and its sum.
  @inline(__always)
  func forEachGroup(of entries: Range<Int>, _ receive: (Int, SIMD4<Float>) -> Void) {
    // Several groups at a time, so that a weight and an index are read once for all of them.
    var group = 0
    while group + 3 <= groupCount {
      var (first, second, third) = (SIMD4<Float>(), SIMD4<Float>(), SIMD4<Float>())
      for entry in entries {
        let row = rows + (Int(truncatingIfNeeded: indices[entry]) &* groupCount &+ group)
        let weight = weights[entry]
        first += weight * row[0]
        second += weight * row[1]
        third += weight * row[2]
      }
      receive(group, first)
      receive(group + 1, second)
      receive(group + 2, third)
      group += 3
    }
    while group < groupCount {
      var sum = SIMD4<Float>()
      for entry in entries {
        let row = rows + (Int(truncatingIfNeeded: indices[entry]) &* groupCount &+ group)
        sum += weights[entry] * row[0]
      }
      receive(group, sum)
      group += 1
    }
  }
}
