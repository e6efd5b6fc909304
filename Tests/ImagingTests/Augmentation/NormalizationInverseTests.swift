import Imaging
import Testing

@Suite struct NormalizationInverseTests {
  @Test(arguments: [Normalization.imageNet, .caffe, .deepLab])
  func imageOfNormalizedPlanesIsTheImage(normalization: Normalization) {
    let image = RGBImage(
      width: 16, height: 16, pixels: (0..<768).map { UInt8(truncatingIfNeeded: $0 * 7) })
    #expect(normalization.image(from: normalization(image)) == image)
  }

  @Test func valuesOutsideOfTheRangeAreCut() {
    let planes = PlanarImage(channels: 3, height: 1, width: 1, planes: [500, -500, 0.5])
    let image = Normalization.caffe.image(from: planes)
    // Blue first; 123 + 0.5 is halfway and goes to the even one.
    #expect(image.pixels == [124, 0, 255])
  }
}
