import Imaging
import Testing

@Suite struct PlanarImageTests {
  private let row = PlanarImage(channels: 1, height: 1, width: 4, planes: [0, 4, 8, 4])

  @Test func subscriptsAddressPlanesRowsAndColumns() {
    var image = PlanarImage(
      channels: 2, height: 2, width: 3, planes: (0..<12).map { Float($0) })
    #expect(image[1, 0, 2] == 8)
    image[1, 0, 2] = -1
    #expect(image.planes[8] == -1)
  }

  @Test func halfPixelCoordinatesContinueTheEdges() {
    let wide = row.resized(to: ImageSize(width: 8, height: 2), coordinates: .halfPixel)
    #expect(Array(wide.planes.prefix(8)) == [0, 1, 3, 5, 7, 7, 5, 4])
    #expect(wide.planes.prefix(8) == wide.planes.suffix(8))
  }

  @Test func cornersStayCorners() {
    let wide = row.resized(to: ImageSize(width: 7, height: 1), coordinates: .corners)
    #expect(wide.planes == [0, 2, 4, 6, 8, 6, 4])
    let single = row.resized(to: ImageSize(width: 1, height: 1), coordinates: .corners)
    #expect(single.planes == [0])
  }

  @Test func factorsKeepTheirStep() {
    // 4 · 0.7 = 2.8 is cut to 2 pixels, at (i + 0.5) / 0.7 - 0.5 = 0.214 and 1.643.
    let small = PlanarImage(channels: 1, height: 1, width: 4, planes: [0, 7, 14, 21])
      .scaled(by: 0.7, coordinates: .halfPixel)
    #expect(small.height == 1 && small.width == 2)
    #expect(abs(small.planes[0] - 1.5) < 1e-5 && abs(small.planes[1] - 11.5) < 1e-5)
  }

  @Test func theSameSizeKeepsTheValues() {
    let image = Normalization.imageNet(.noise(width: 7, height: 5))
    for coordinates in SamplingCoordinates.allCases {
      #expect(image.resized(to: image.size, coordinates: coordinates) == image)
    }
    #expect(image.nearestResized(to: image.size) == image)
  }

  @Test func zoomRoundsTheSides() {
    let zoomed = row.zoomed(vertical: 2.5, horizontal: 0.6)
    #expect(zoomed.size == ImageSize(width: 2, height: 2))
    #expect(zoomed.planes == [0, 4, 0, 4])
  }

  @Test func blocksAreAveraged() {
    let image = PlanarImage(
      channels: 1, height: 2, width: 3, planes: [1, 2, 3, 4, 5, 6])
    #expect(image.blockMeans(side: 2, remainder: .dropped).planes == [3])
    #expect(image.blockMeans(side: 2, remainder: .zeroPadded).planes == [3, 2.25])
    #expect(image.blockMeans(side: 1, remainder: .dropped) == image)
  }
}

extension PlanarImageTests {
  @Test func medianRemovesASinglePeakAndRepeatsTheEdge() {
    var image = PlanarImage(
      channels: 1, height: 3, width: 4, planes: [Float](repeating: 1, count: 12))
    image[0, 1, 1] = 9
    #expect(image.medianFiltered().planes == [Float](repeating: 1, count: 12))
    // scipy.ndimage.median_filter([[1, 2, 3], [4, 5, 6], [7, 8, 9]], size=3)
    let ramp = PlanarImage(
      channels: 1, height: 3, width: 3, planes: (1...9).map(Float.init))
    #expect(ramp.medianFiltered().planes == [2, 3, 3, 4, 5, 6, 7, 7, 8])
  }
}
