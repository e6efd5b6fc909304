import Essentials
import Imaging

extension RGBImage {
  /// An image of independent random samples.
  static func noise(width: Int, height: Int, seed: UInt64 = 1) -> RGBImage {
    var stream = RandomStream(seed: seed, "noise", width, height)
    return RGBImage(
      width: width, height: height,
      pixels: (0..<width * height * 3).map { _ in UInt8(truncatingIfNeeded: stream.next()) })
  }

  /// A smooth image: red grows with the column, green with the row, blue falls with their sum.
  static func ramp(width: Int, height: Int) -> RGBImage {
    var pixels: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        pixels.append(UInt8(255 * x / max(1, width - 1)))
        pixels.append(UInt8(255 * y / max(1, height - 1)))
        pixels.append(UInt8(255 - 255 * (x + y) / max(1, width + height - 2)))
      }
    }
    return RGBImage(width: width, height: height, pixels: pixels)
  }
}

extension LabelMap {
  /// A label map that holds every index once a row of 256.
  static let everyIndex = LabelMap(
    width: 256, height: 3, indices: (0..<768).map { UInt8(truncatingIfNeeded: $0 * 7) })
}
