import Essentials
import Testing

@testable import Imaging

/// Colour changes against Pillow 13.0 (`ImageEnhance`, conversions between RGB, L and HSV).
@Suite struct ColorJitterTests {
  private let image = RGBImage(
    width: 4, height: 2,
    pixels: [
      200, 30, 10, 12, 250, 77, 90, 90, 90, 0, 0, 0, 255, 255, 254, 33, 44, 211, 180, 10, 190, 1,
      2, 3,
    ])

  @Test func brightnessMatchesPillow() {
    #expect(
      image.withBrightness(1.3).pixels == [
        255, 39, 13, 15, 255, 100, 116, 116, 116, 0, 0, 0, 255, 255, 255, 42, 57, 255, 233, 13, 246,
        1, 2, 3,
      ])
    #expect(
      image.withBrightness(0.7).pixels == [
        140, 21, 7, 8, 175, 53, 63, 63, 63, 0, 0, 0, 178, 178, 177, 23, 30, 147, 126, 7, 133, 0, 1,
        2,
      ])
  }

  @Test func contrastMatchesPillow() {
    #expect(
      image.withContrast(1.25).pixels == [
        227, 14, 0, 0, 255, 73, 89, 89, 89, 0, 0, 0, 255, 255, 255, 18, 32, 241, 202, 0, 214, 0, 0,
        0,
      ])
  }

  @Test func saturationMatchesPillow() {
    #expect(
      image.withSaturation(0.7).pixels == [
        163, 44, 30, 56, 222, 101, 90, 90, 90, 0, 0, 0, 255, 255, 254, 41, 48, 165, 150, 31, 157, 1,
        2, 2,
      ])
    #expect(
      image.withSaturation(1.3).pixels == [
        236, 15, 0, 0, 255, 52, 90, 90, 90, 0, 0, 0, 255, 255, 253, 24, 39, 255, 209, 0, 222, 0, 2,
        3,
      ])
  }

  @Test func hueMatchesPillow() {
    #expect(
      image.withHueTurned(by: 0.1).pixels == [
        200, 140, 10, 13, 250, 214, 90, 90, 90, 0, 0, 0, 254, 255, 254, 125, 33, 211, 190, 10, 95,
        1, 1, 3,
      ])
    #expect(
      image.withHueTurned(by: -0.1).pixels == [
        200, 10, 100, 91, 250, 13, 90, 90, 90, 0, 0, 0, 255, 254, 254, 33, 150, 211, 74, 10, 190, 1,
        3, 3,
      ])
  }

  @Test func shiftsAreCutOffAtTheEndsOfTheirRange() {
    let dark = image.shifted(hue: 0, saturation: 0, value: -300)
    #expect(dark.pixels.allSatisfy { $0 == 0 })
    let gray = image.shifted(hue: 40, saturation: -300, value: 0)
    #expect(gray.pixels[0..<6] == [200, 200, 200, 250, 250, 250])
  }

  @Test func jitterDependsOnTheStreamOnly() {
    func result(_ seed: UInt64) -> RGBImage {
      var stream = RandomStream(seed: seed)
      return ColorJitter.seam(image, using: &stream)
    }
    #expect(result(1) == result(1))
    #expect(Set((0..<8).map { result($0).pixels }).count == 8)
  }

  @Test func jitterWithoutRangeChangesNothing() {
    var stream = RandomStream(seed: 1)
    let none = ColorJitter(brightness: 0, contrast: 0, saturation: 0, hue: 0)
    #expect(none(image, using: &stream) == image)
  }

  @Test func augmentationChangesColoursAndNothingElse() {
    let plain = TrainingAugmentation(
      resize: .longSide(6...9, rounding: .proportion), flipProbability: 0.5,
      normalization: .imageNet,
      crop: RandomCrop(size: ImageSize(width: 5, height: 5), placement: .anywhere))
    var coloured = plain
    coloured.colors = .jitter(.seam)
    for seed in 0..<4 as Range<UInt64> {
      var streams = [RandomStream(seed: seed), RandomStream(seed: seed)]
      let first = plain(image, using: &streams[0])
      let second = coloured(image, using: &streams[1])
      #expect(first.geometry == second.geometry && first.image != second.image)
    }
  }
}
