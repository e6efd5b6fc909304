import Essentials
import Foundation

/// The phases of white noise, which turn a map into random blobs of the same amplitude spectrum.
///
/// Noise is real, so its phases are odd, and what a real map becomes with them is real.
struct RandomPhases {
  private let size: Int
  private let transform: FourierTransform
  private let noise: [Complex]

  /// Draws the phases of maps of `size * size` pixels.
  init(size: Int, stream: RandomStream) {
    self.size = size
    transform = FourierTransform(size: size)
    var stream = stream
    noise = transform((0..<size * size).map { _ in Complex(real: stream.normal()) })
  }

  /// Returns a map of the same mean and amplitude spectrum with these phases.
  func applied(to map: [Float]) -> [Float] {
    var spectrum = transform(map.map { Complex(real: Double($0)) })
    // The first coefficient is the mean.
    for place in spectrum.indices.dropFirst() {
      let length = noise[place].magnitude
      guard length > 0 else { continue }
      spectrum[place] = noise[place] * (spectrum[place].magnitude / length)
    }
    return transform.inverse(spectrum).map { Float($0.real) }
  }
}

/// The discrete Fourier transform of square maps, row by row and column by column.
///
/// It takes `size³` steps, which at the sizes of confounders is nothing beside a training.
struct FourierTransform {
  private let size: Int
  /// `exp(-2πi k / size)`.
  private let roots: [Complex]

  /// Prepares the transform of maps of `size * size` pixels.
  init(size: Int) {
    self.size = size
    roots = (0..<size).map {
      let angle = -2 * Double.pi * Double($0) / Double(size)
      return Complex(real: cos(angle), imaginary: sin(angle))
    }
  }

  /// Returns the spectrum of a map.
  func callAsFunction(_ map: [Complex]) -> [Complex] {
    transformedRows(of: transformedRows(of: map))
  }

  /// Returns the map of a spectrum.
  func inverse(_ spectrum: [Complex]) -> [Complex] {
    // The conjugate's transform is the conjugate of the inverse, times the number of pixels.
    callAsFunction(spectrum.map(\.conjugate)).map { $0.conjugate * (1 / Double(size * size)) }
  }

  /// Transforms every row, and swaps rows and columns.
  private func transformedRows(of map: [Complex]) -> [Complex] {
    var result = [Complex](repeating: Complex(real: 0), count: map.count)
    for row in 0..<size {
      for frequency in 0..<size {
        var sum = Complex(real: 0)
        for column in 0..<size {
          sum = sum + map[row * size + column] * roots[frequency * column % size]
        }
        result[frequency * size + row] = sum
      }
    }
    return result
  }
}

/// A complex number.
struct Complex: Equatable {
  var real: Double
  var imaginary = 0.0

  var magnitude: Double { (real * real + imaginary * imaginary).squareRoot() }
  var conjugate: Complex { Complex(real: real, imaginary: -imaginary) }

  static func + (left: Complex, right: Complex) -> Complex {
    Complex(real: left.real + right.real, imaginary: left.imaginary + right.imaginary)
  }

  static func * (left: Complex, right: Complex) -> Complex {
    Complex(
      real: left.real * right.real - left.imaginary * right.imaginary,
      imaginary: left.real * right.imaginary + left.imaginary * right.real)
  }

  static func * (left: Complex, factor: Double) -> Complex {
    Complex(real: left.real * factor, imaginary: left.imaginary * factor)
  }
}
