import Imaging
import Testing

@Suite struct ResamplingTests {
  @Test(arguments: Resampling.allCases)
  func theSameSizeKeepsTheSamples(resampling: Resampling) {
    let image = RGBImage.noise(width: 7, height: 5)
    #expect(image.resized(to: image.size, resampling: resampling) == image)
  }

  @Test(arguments: Resampling.allCases)
  func oneColourStaysOneColour(resampling: Resampling) {
    let image = RGBImage(width: 13, height: 9, red: 255, green: 0, blue: 77)
    for (width, height) in [(1, 1), (5, 4), (13, 20), (31, 9), (40, 3)] {
      let resized = image.resized(
        to: ImageSize(width: width, height: height), resampling: resampling)
      #expect(resized == RGBImage(width: width, height: height, red: 255, green: 0, blue: 77))
    }
  }

  @Test(arguments: Resampling.allCases)
  func channelsDoNotMix(resampling: Resampling) {
    let image = RGBImage.noise(width: 17, height: 11)
    let size = ImageSize(width: 23, height: 6)
    let resized = image.resized(to: size, resampling: resampling)
    for channel in 0..<3 {
      let plane = GrayImage(
        width: 17, height: 11,
        samples: stride(from: channel, to: image.pixels.count, by: 3).map { image.pixels[$0] })
      #expect(
        plane.resized(to: size, resampling: resampling).samples
          == stride(from: channel, to: resized.pixels.count, by: 3).map { resized.pixels[$0] })
    }
  }

  @Test func bilinearAveragesWhenTheImageShrinks() {
    let gray = GrayImage(width: 4, height: 1, samples: [0, 100, 200, 40])
    let half = gray.resized(to: ImageSize(width: 2, height: 1), resampling: .bilinear)
    // Triangles of half-width 2 around 1 and 3: (3·0 + 3·100 + 200) / 7 and (100 + 3·200 + 3·40) / 7.
    #expect(half.samples == [71, 117])
  }

  @Test func bicubicOvershootsAreCut() {
    let gray = GrayImage(width: 4, height: 1, samples: [0, 0, 255, 255])
    let wide = gray.resized(to: ImageSize(width: 16, height: 1), resampling: .bicubic)
    #expect(wide.samples.first == 0 && wide.samples.last == 255)
    #expect(wide.samples == wide.samples.sorted())
  }

  @Test func nearestReadsUnderTheCentre() {
    let labels = LabelMap(width: 8, height: 1, indices: [0, 1, 2, 3, 4, 5, 6, 7])
    #expect(labels.resized(to: ImageSize(width: 2, height: 1)).indices == [2, 6])
    #expect(labels.resized(to: ImageSize(width: 3, height: 1)).indices == [1, 4, 6])
    #expect(
      labels.resized(to: ImageSize(width: 16, height: 1)).indices
        == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7])
  }

  @Test func openCVDoesNotAverage() {
    let gray = GrayImage(width: 6, height: 1, samples: [0, 90, 0, 0, 30, 0])
    let small = gray.resized(
      to: ImageSize(width: 2, height: 1), resampling: .bilinearWithoutAntialiasing)
    #expect(small.samples == [90, 30])
  }
}
