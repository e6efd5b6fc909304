/// The two old samples of each new one along an axis, with their fixed-point weights.
private struct NeighbourTaps {
  var first: [Int] = []
  var second: [Int] = []
  /// Weights of 11 fraction bits, first and second.
  var weights: [(Int32, Int32)] = []

  init(from oldCount: Int, to newCount: Int) {
    let scale = Double(oldCount) / Double(newCount)
    for i in 0..<newCount {
      let position = Float((Double(i) + 0.5) * scale - 0.5)
      let index = Int(position.rounded(.down))
      let inside = index >= 0 && index < oldCount - 1
      let fraction = inside ? position - Float(index) : 0
      first.append(min(max(index, 0), oldCount - 1))
      second.append(min(max(index + 1, 0), oldCount - 1))
      weights.append(
        (
          Int32(((1 - fraction) * 2048).rounded(.toNearestOrEven)),
          Int32((fraction * 2048).rounded(.toNearestOrEven))
        ))
    }
  }
}

/// Resizes with the four neighbours in OpenCV's 8-bit fixed-point arithmetic.
func fourNeighbours(
  _ samples: [UInt8], channels: Int, from old: ImageSize, to new: ImageSize
) -> [UInt8] {
  let columns = NeighbourTaps(from: old.width, to: new.width)
  let rows = NeighbourTaps(from: old.height, to: new.height)
  let rowLength = new.width * channels

  func blended(row: Int) -> [Int32] {
    samples.withUnsafeBufferPointer { samples in
      var sums: [Int32] = []
      sums.reserveCapacity(rowLength)
      let start = row * old.width
      for x in 0..<new.width {
        let left = (start + columns.first[x]) * channels
        let right = (start + columns.second[x]) * channels
        let weights = columns.weights[x]
        for c in 0..<channels {
          sums.append(
            Int32(samples[left + c]) * weights.0 + Int32(samples[right + c]) * weights.1)
        }
      }
      return sums
    }
  }

  var result: [UInt8] = []
  result.reserveCapacity(rowLength * new.height)
  var cache: [Int: [Int32]] = [:]
  for y in 0..<new.height {
    let needed = [rows.first[y], rows.second[y]]
    cache = cache.filter { needed.contains($0.key) }
    let blendedRows = needed.map { row -> [Int32] in
      let sums = cache[row] ?? blended(row: row)
      cache[row] = sums
      return sums
    }
    let weights = rows.weights[y]
    for x in 0..<rowLength {
      let upper = (weights.0 * (blendedRows[0][x] >> 4)) >> 16
      let lower = (weights.1 * (blendedRows[1][x] >> 4)) >> 16
      result.append(UInt8(max(0, min(255, (upper + lower + 2) >> 2))))
    }
  }
  return result
}
