/// The old index of each new one along an axis.
///
/// The position is accumulated step by step in double precision, as PIL does, so that the rounding
/// at exact halves agrees too.
func nearestIndices(from oldCount: Int, to newCount: Int) -> [Int] {
  let step = Double(oldCount) / Double(newCount)
  var position = step * 0.5
  return (0..<newCount).map { _ in
    defer { position += step }
    return min(oldCount - 1, Int(position))
  }
}

/// Takes the sample under the centre of each new pixel, as PIL's `NEAREST` does.
func nearestResampled<Sample>(
  _ samples: [Sample], channels: Int, from old: ImageSize, to new: ImageSize
) -> [Sample] {
  let columns = nearestIndices(from: old.width, to: new.width)
  let rows = nearestIndices(from: old.height, to: new.height)
  var result: [Sample] = []
  result.reserveCapacity(new.width * new.height * channels)
  samples.withUnsafeBufferPointer { samples in
    for row in rows {
      for column in columns {
        let start = (row * old.width + column) * channels
        for c in start..<start + channels { result.append(samples[c]) }
      }
    }
  }
  return result
}
