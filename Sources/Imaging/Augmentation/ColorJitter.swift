public import Essentials

/// The random changes of colours that the references know.
public enum ColorChange: Sendable, Hashable {
  /// Brightness, contrast, saturation and hue (PSA, SEAM).
  case jitter(ColorJitter)
  /// Hue, saturation and value are shifted by up to so many steps of OpenCV's: 2 degrees of hue,
  /// 1/255 of the others (the DeepLab-v1 training of SEAM's authors).
  case shift(Int)

  /// Changes an image.
  ///
  /// - Parameters:
  ///   - image: The image.
  ///   - stream: The sample's random numbers.
  /// - Returns: An image of the same size.
  public func callAsFunction(_ image: RGBImage, using stream: inout RandomStream) -> RGBImage {
    switch self {
    case .jitter(let jitter): return jitter(image, using: &stream)
    case .shift(let steps):
      let hue = stream.integer(in: -steps...steps)
      let saturation = stream.integer(in: -steps...steps)
      let value = stream.integer(in: -steps...steps)
      return image.shifted(
        hue: Int((Double(hue) * 256 / 180).rounded()), saturation: saturation, value: value)
    }
  }
}

/// Random changes of an image's brightness, contrast, saturation and hue, in random order.
///
/// # Source
///
/// torchvision, `transforms.ColorJitter` on PIL images: `ImageEnhance` and PIL's conversions, which
/// cut fractions off and round colours to bytes after every change.
public struct ColorJitter: Sendable, Hashable {
  /// The largest change of the brightness factor from 1, in `0...1`.
  public let brightness: Double
  /// The largest change of the contrast factor from 1, in `0...1`.
  public let contrast: Double
  /// The largest change of the saturation factor from 1, in `0...1`.
  public let saturation: Double
  /// The largest turn of the hue, in turns, `0...0.5`.
  public let hue: Double

  /// Creates a jitter.
  ///
  /// - Parameters:
  ///   - brightness: The largest change of the brightness factor from 1, in `0...1`.
  ///   - contrast: The largest change of the contrast factor from 1, in `0...1`.
  ///   - saturation: The largest change of the saturation factor from 1, in `0...1`.
  ///   - hue: The largest turn of the hue, in turns, `0...0.5`.
  public init(brightness: Double, contrast: Double, saturation: Double, hue: Double) {
    precondition(
      [brightness, contrast, saturation].allSatisfy { (0...1).contains($0) },
      "Factors may change by 0 to 1, got \(brightness), \(contrast), \(saturation)")
    precondition((0...0.5).contains(hue), "The hue may turn by 0 to 0.5, got \(hue)")
    self.brightness = brightness
    self.contrast = contrast
    self.saturation = saturation
    self.hue = hue
  }

  /// The jitter of PSA and SEAM: .3, .3, .3 and .1 (`train_SEAM.py`, `train_aff.py`).
  public static let seam = ColorJitter(brightness: 0.3, contrast: 0.3, saturation: 0.3, hue: 0.1)

  /// Changes an image.
  ///
  /// - Parameters:
  ///   - image: The image.
  ///   - stream: The sample's random numbers; four are drawn for the changes, three for their order.
  /// - Returns: An image of the same size.
  public func callAsFunction(_ image: RGBImage, using stream: inout RandomStream) -> RGBImage {
    func factor(_ change: Double) -> Double { stream.uniform(in: max(0, 1 - change)...1 + change) }
    let brightness = factor(brightness)
    let contrast = factor(contrast)
    let saturation = factor(saturation)
    let turn = stream.uniform(in: -hue...hue)
    var changes: [(RGBImage) -> RGBImage] = [
      { $0.withBrightness(brightness) }, { $0.withContrast(contrast) },
      { $0.withSaturation(saturation) }, { $0.withHueTurned(by: turn) },
    ]
    changes.shuffle(using: &stream)
    return changes.reduce(image) { $1($0) }
  }
}

extension RGBImage {
  /// Blends the image with black.
  func withBrightness(_ factor: Double) -> RGBImage {
    blended(factor: factor) { _, _, _ in 0 }
  }

  /// Blends the image with the mean of its gray values.
  func withContrast(_ factor: Double) -> RGBImage {
    var sum = 0
    for i in stride(from: 0, to: pixels.count, by: 3) {
      sum += Int(Self.gray(pixels[i], pixels[i + 1], pixels[i + 2]))
    }
    let mean = UInt8(Double(sum) / Double(pixels.count / 3) + 0.5)
    return blended(factor: factor) { _, _, _ in mean }
  }

  /// Blends the image with its gray version.
  func withSaturation(_ factor: Double) -> RGBImage { blended(factor: factor, with: Self.gray) }

  /// Turns the hue of every pixel; a turn of 1 changes nothing.
  func withHueTurned(by turn: Double) -> RGBImage {
    // Bytes of hue and saturation do not give every colour back.
    turn == 0 ? self : shifted(hue: Int(turn * 255), saturation: 0, value: 0)
  }

  /// Adds to hue, saturation and value of every pixel; the hue wraps around, the others are cut off.
  func shifted(hue: Int, saturation: Int, value: Int) -> RGBImage {
    func moved(_ byte: UInt8, by shift: Int) -> UInt8 { UInt8(min(max(Int(byte) + shift, 0), 255)) }
    var result = self
    for i in stride(from: 0, to: pixels.count, by: 3) {
      var color = HSVColor(red: pixels[i], green: pixels[i + 1], blue: pixels[i + 2])
      color.hue &+= UInt8(truncatingIfNeeded: hue)
      color.saturation = moved(color.saturation, by: saturation)
      color.value = moved(color.value, by: value)
      let (red, green, blue) = color.rgb
      result.pixels[i] = red
      result.pixels[i + 1] = green
      result.pixels[i + 2] = blue
    }
    return result
  }

  /// PIL's conversion to `L`.
  private static func gray(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> UInt8 {
    let sum = Int(red) * 19595 + Int(green) * 38470 + Int(blue) * 7471
    return UInt8((sum + 0x8000) >> 16)
  }

  /// `other + factor * (self - other)`, cut to bytes.
  private func blended(
    factor: Double, with other: (UInt8, UInt8, UInt8) -> UInt8
  ) -> RGBImage {
    let factor = Float(factor)
    var result = self
    for i in stride(from: 0, to: pixels.count, by: 3) {
      let base = Int(other(pixels[i], pixels[i + 1], pixels[i + 2]))
      for channel in i..<i + 3 {
        let value = Float(base) + factor * Float(Int(pixels[channel]) - base)
        result.pixels[channel] = UInt8(min(max(value, 0), 255))
      }
    }
    return result
  }
}
