/// A separable filter of PIL.
struct ResamplingFilter {
  /// Half the filter's width at factor 1, in source pixels.
  let support: Double
  let weight: @Sendable (Double) -> Double

  static let triangle = ResamplingFilter(support: 1) { max(0, 1 - abs($0)) }

  static let cubic = ResamplingFilter(support: 2) { distance in
    let a = -0.5
    let x = abs(distance)
    if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    if x < 2 { return (((x - 5) * x + 8) * x - 4) * a }
    return 0
  }
}

/// The weights that make each new sample from a run of old ones, along one axis.
private struct FilterTaps {
  /// Fraction bits of the fixed-point weights: 32 less 8 for a sample and 2 for the sign and the
  /// overshoot of the cubic.
  static let precisionBits = 32 - 8 - 2

  /// The first old sample of each new one.
  private(set) var starts: [Int] = []
  /// The number of old samples of each new one.
  private(set) var counts: [Int] = []
  /// The room for the weights of one new sample.
  let capacity: Int
  /// `[new samples, capacity]` fixed-point weights.
  private(set) var weights: [Int32]
  /// Whether every new sample is the old one.
  let isIdentity: Bool

  init(from oldCount: Int, to newCount: Int, filter: ResamplingFilter) {
    let scale = Double(oldCount) / Double(newCount)
    let stretch = max(1, scale)
    isIdentity = oldCount == newCount
    let support = filter.support * stretch
    capacity = Int(support.rounded(.up)) * 2 + 1
    weights = [Int32](repeating: 0, count: newCount * capacity)
    for i in 0..<newCount {
      let center = (Double(i) + 0.5) * scale
      let start = max(0, Int(center - support + 0.5))
      let end = min(oldCount, Int(center + support + 0.5))
      let raw = (start..<end).map {
        filter.weight((Double($0) - center + 0.5) * (1 / stretch))
      }
      let sum = raw.reduce(0, +)
      for (k, weight) in raw.enumerated() {
        let fixed = (sum != 0 ? weight / sum : weight) * Double(1 << FilterTaps.precisionBits)
        weights[i * capacity + k] = Int32(fixed < 0 ? fixed - 0.5 : fixed + 0.5)
      }
      starts.append(start)
      counts.append(end - start)
    }
  }
}

/// Resizes as PIL's 8-bit path does: along one axis, rounded to 8 bits, then along the other.
///
/// The rows come first, unless the height loses more than twice the pixels that the width loses
/// (Pillow 13; earlier versions always begin with the rows, which moves some samples by 1).
func filtered(
  _ samples: [UInt8], channels: Int, from old: ImageSize, to new: ImageSize,
  with filter: ResamplingFilter
) -> [UInt8] {
  let columnTaps = FilterTaps(from: old.width, to: new.width, filter: filter)
  let rowTaps = FilterTaps(from: old.height, to: new.height, filter: filter)
  let heightLoss = old.height - new.height
  if heightLoss > 0, heightLoss > 2 * (old.width - new.width) {
    let flat = filteredColumns(samples, rowLength: old.width * channels, rowTaps)
    return filteredRows(flat, channels: channels, width: old.width, columnTaps)
  }
  let narrow = filteredRows(samples, channels: channels, width: old.width, columnTaps)
  return filteredColumns(narrow, rowLength: new.width * channels, rowTaps)
}

/// Rounds and cuts a fixed-point sum to 8 bits.
@inline(__always)
private func sample(_ sum: Int32) -> UInt8 {
  UInt8(truncatingIfNeeded: max(0, min(255, sum >> Int32(FilterTaps.precisionBits))))
}

private let half = Int32(1) << Int32(FilterTaps.precisionBits - 1)

private func filteredRows(
  _ samples: [UInt8], channels: Int, width: Int, _ taps: FilterTaps
) -> [UInt8] {
  guard !taps.isIdentity else { return samples }
  let newWidth = taps.starts.count
  let height = samples.count / (width * channels)
  return [UInt8](unsafeUninitializedCapacity: newWidth * height * channels) { target, count in
    samples.withUnsafeBufferPointer { samples in
      taps.weights.withUnsafeBufferPointer { weights in
        taps.starts.withUnsafeBufferPointer { starts in
          taps.counts.withUnsafeBufferPointer { counts in
            guard let source = samples.baseAddress, let weights = weights.baseAddress,
              let starts = starts.baseAddress, let counts = counts.baseAddress,
              let target = target.baseAddress
            else { return }
            for y in 0..<height {
              let row = source + y * width * channels
              var output = target + y * newWidth * channels
              for x in 0..<newWidth {
                var input = row + starts[x] * channels
                let weight = weights + x * taps.capacity
                if channels == 3 {
                  var (red, green, blue) = (half, half, half)
                  for k in 0..<counts[x] {
                    red &+= Int32(input[0]) &* weight[k]
                    green &+= Int32(input[1]) &* weight[k]
                    blue &+= Int32(input[2]) &* weight[k]
                    input += 3
                  }
                  output[0] = sample(red)
                  output[1] = sample(green)
                  output[2] = sample(blue)
                } else {
                  var sum = half
                  for k in 0..<counts[x] { sum &+= Int32(input[k]) &* weight[k] }
                  output[0] = sample(sum)
                }
                output += channels
              }
            }
          }
        }
      }
    }
    count = newWidth * height * channels
  }
}

private func filteredColumns(
  _ samples: [UInt8], rowLength: Int, _ taps: FilterTaps
) -> [UInt8] {
  guard !taps.isIdentity else { return samples }
  let newHeight = taps.starts.count
  var sums = [Int32](repeating: 0, count: rowLength)
  return [UInt8](unsafeUninitializedCapacity: newHeight * rowLength) { target, count in
    samples.withUnsafeBufferPointer { samples in
      sums.withUnsafeMutableBufferPointer { sums in
        guard let source = samples.baseAddress, let sums = sums.baseAddress,
          let target = target.baseAddress
        else { return }
        for y in 0..<newHeight {
          for x in 0..<rowLength { sums[x] = half }
          for k in 0..<taps.counts[y] {
            let input = source + (taps.starts[y] + k) * rowLength
            let weight = taps.weights[y * taps.capacity + k]
            for x in 0..<rowLength { sums[x] &+= Int32(input[x]) &* weight }
          }
          let output = target + y * rowLength
          for x in 0..<rowLength { output[x] = sample(sums[x]) }
        }
      }
    }
    count = newHeight * rowLength
  }
}
