/// A colour for each of the 256 label indices.
public struct ColorMap: Sendable, Equatable {
  /// `[256, 3]` samples, red first.
  public let samples: [UInt8]

  /// Creates a colour map.
  ///
  /// - Parameter samples: `[256, 3]` samples, red first.
  public init(samples: [UInt8]) {
    precondition(samples.count == 768, "A colour map needs 768 samples, got \(samples.count)")
    self.samples = samples
  }

  /// PASCAL VOC's colour map.
  ///
  /// Bits 0, 3 and 6 of the index become the high bits of red, bits 1, 4 and 7 of green, bits 2 and
  /// 5 of blue, so that neighbouring indices get unlike colours. Index 0 is black and 255 is cream.
  ///
  /// # Source
  ///
  /// `VOClabelcolormap.m` of the VOC 2012 development kit.
  public static let voc = ColorMap(
    samples: (0..<256).flatMap { index in
      (0..<3).map { channel in
        (0..<8).reduce(into: 0) { sample, level in
          let bit = (index >> (3 * level + channel)) & 1
          sample |= UInt8(truncatingIfNeeded: bit << (7 - level))
        }
      }
    })

  /// The colour of one index.
  ///
  /// - Parameter index: A label index.
  public subscript(index: UInt8) -> (red: UInt8, green: UInt8, blue: UInt8) {
    let offset = 3 * Int(index)
    return (samples[offset], samples[offset + 1], samples[offset + 2])
  }
}
