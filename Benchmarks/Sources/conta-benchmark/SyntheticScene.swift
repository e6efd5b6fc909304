import Foundation
import Imaging

/// Inputs of a photograph's size that depend only on a seed.
///
/// Soft-edged ellipses on a gradient with a little noise, so that a CRF's lattice has about as many
/// vertices as on a photograph; uniform noise would have several times as many.
struct SyntheticScene {
  let width: Int
  let height: Int
  private var state: UInt64

  init(width: Int, height: Int, seed: UInt64) {
    self.width = width
    self.height = height
    state = seed
  }

  /// The next number of a SplitMix64 stream, `0 ..< 1`.
  private mutating func uniform() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
  }

  /// Draws the image.
  mutating func image() -> RGBImage {
    var samples = [Double](repeating: 0, count: width * height * 3)
    for row in 0..<height {
      for column in 0..<width {
        let pixel = 3 * (row * width + column)
        samples[pixel] = 90 + 80 * Double(column) / Double(width)
        samples[pixel + 1] = 110 + 60 * Double(row) / Double(height)
        samples[pixel + 2] = 140 - 50 * Double(row + column) / Double(height + width)
      }
    }
    for _ in 0..<12 { paintEllipse(on: &samples) }
    let pixels = samples.map { sample in
      // The sum of four uniform numbers is close enough to normal; its deviation is 0.58.
      let noise = (uniform() + uniform() + uniform() + uniform() - 2) / 0.58 * 3
      return UInt8(min(max(sample + noise, 0), 255))
    }
    return RGBImage(width: width, height: height, pixels: pixels)
  }

  private mutating func paintEllipse(on samples: inout [Double]) {
    let center = (row: uniform() * Double(height), column: uniform() * Double(width))
    let radius = (row: 20 + 70 * uniform(), column: 20 + 90 * uniform())
    let color = [uniform() * 255, uniform() * 255, uniform() * 255]
    for row in 0..<height {
      for column in 0..<width {
        let y = (Double(row) - center.row) / radius.row
        let x = (Double(column) - center.column) / radius.column
        let cover = 1 / (1 + exp(20 * ((x * x + y * y).squareRoot() - 1)))
        for channel in 0..<3 {
          let index = 3 * (row * width + column) + channel
          samples[index] += cover * (color[channel] - samples[index])
        }
      }
    }
  }

  /// Draws energies of labels that are blobs over the image.
  ///
  /// - Returns: `[labels, height, width]` energies.
  mutating func energies(labelCount: Int) -> [Float] {
    let centers = (0..<labelCount).map { _ in
      (row: uniform() * Double(height), column: uniform() * Double(width))
    }
    var values = [Float](repeating: 0, count: labelCount * width * height)
    for (label, center) in centers.enumerated() {
      for row in 0..<height {
        for column in 0..<width {
          let y = (Double(row) - center.row) / 80
          let x = (Double(column) - center.column) / 80
          values[(label * height + row) * width + column] =
            Float(min(x * x + y * y, 4) + uniform())
        }
      }
    }
    return values
  }

  /// Draws a boundary map with thin strong lines on a weak ground.
  ///
  /// - Returns: `[height, width]` probabilities.
  mutating func boundaryMap() -> [Float] {
    let period = 9 + 8 * uniform()
    return (0..<(width * height)).map { pixel in
      let (row, column) = (Double(pixel / width), Double(pixel % width))
      let line = pow(abs(sin(row / period) * cos(column / period)), 8)
      return Float(min(0.9 * line + 0.1 * uniform(), 1))
    }
  }

  /// Draws activation maps.
  ///
  /// - Returns: `[classes, height, width]` values in `0...1`.
  mutating func activations(classCount: Int) -> [Float] {
    energies(labelCount: classCount).map { exp(-$0) }
  }
}
