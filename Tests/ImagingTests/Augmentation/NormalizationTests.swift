import Imaging
import Testing

@Suite struct NormalizationTests {
  private let image = RGBImage(width: 2, height: 1, pixels: [0, 51, 255, 104, 117, 123])

  @Test func imageNetPlanesAreRedGreenBlue() {
    let planes = Normalization.imageNet(image)
    #expect([planes.channels, planes.height, planes.width] == [3, 1, 2])
    #expect(planes[0, 0, 0] == Float(-0.485 / 0.229))
    #expect(planes[1, 0, 0] == Float((0.2 - 0.456) / 0.224))
    #expect(planes[2, 0, 0] == Float((1 - 0.406) / 0.225))
  }

  @Test func caffePlanesAreBlueGreenRed() {
    let planes = Normalization.caffe(image)
    #expect(planes.planes == [151, 19, -66, 0, -123, -19])
  }
}
