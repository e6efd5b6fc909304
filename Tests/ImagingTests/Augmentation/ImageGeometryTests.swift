import Imaging
import Testing

@Suite struct ImageGeometryTests {
  private typealias Rectangle = ImageGeometry.Rectangle
  private let frame = ImageSize(width: 8, height: 4)

  @Test func aWholeFrameShowsItself() throws {
    let geometry = ImageGeometry(wholeFrameIn: frame)
    let point = try #require(geometry.sourcePoint(planeX: 2, planeY: 1))
    #expect(point == (0.25, 0.25))
    #expect(geometry.sourcePoint(planeX: 8.1, planeY: 1) == nil)
  }

  @Test func aMirroredFrameIsReadBackwards() throws {
    let geometry = ImageGeometry(wholeFrameIn: frame, isFlipped: true)
    #expect(geometry == ImageGeometry(wholeFrameIn: frame).flippedHorizontally())
    let point = try #require(geometry.sourcePoint(planeX: 2, planeY: 1))
    #expect(point == (0.75, 0.25))
  }

  @Test func aCutShowsPartOfTheFrame() throws {
    let window = CropWindow(
      of: frame, to: ImageSize(width: 4, height: 6), offsetX: 2, offsetY: 1)
    let geometry = try #require(ImageGeometry(wholeFrameIn: frame).cropped(to: window))
    #expect(geometry.planeSize == ImageSize(width: 4, height: 6))
    #expect(geometry.inside == Rectangle(left: 0, top: 1, right: 4, bottom: 5))
    #expect(geometry.source == Rectangle(left: 0.25, top: 0, right: 0.75, bottom: 1))
    #expect(geometry.sourcePoint(planeX: 1, planeY: 0.5) == nil)
  }

  @Test func mirroringAndCuttingCommuteWithMirroredOffsets() throws {
    let size = ImageSize(width: 5, height: 4)
    let whole = ImageGeometry(wholeFrameIn: frame)
    let cutFirst = try #require(
      whole.cropped(to: CropWindow(of: frame, to: size, offsetX: 1)))
    let flippedFirst = try #require(
      whole.flippedHorizontally().cropped(to: CropWindow(of: frame, to: size, offsetX: 2)))
    #expect(cutFirst.flippedHorizontally() == flippedFirst)
  }

  @Test func resizingKeepsThePlaces() throws {
    let window = CropWindow(of: frame, to: ImageSize(width: 10, height: 4), offsetX: 1)
    let geometry = try #require(ImageGeometry(wholeFrameIn: frame).cropped(to: window))
    let small = geometry.resized(to: ImageSize(width: 5, height: 2))
    #expect(small.inside == Rectangle(left: 0.5, top: 0, right: 4.5, bottom: 2))
    let place = try #require(geometry.sourcePoint(planeX: 3, planeY: 1))
    #expect(try #require(small.sourcePoint(planeX: 1.5, planeY: 0.5)) == place)
  }

  @Test func aWindowOverPaddingAloneShowsNothing() throws {
    let padded = try #require(
      ImageGeometry(wholeFrameIn: frame)
        .cropped(to: CropWindow(of: frame, to: ImageSize(width: 20, height: 4))))
    let window = CropWindow(
      of: padded.planeSize, to: ImageSize(width: 5, height: 4), offsetX: 10)
    #expect(padded.cropped(to: window) == nil)
  }

  // MARK: Sampling grid

  @Test func theGridOfAWholeFrameIsThatOfTorch() {
    let grid = ImageGeometry(wholeFrameIn: frame).samplingGrid(height: 1, width: 4)
    #expect(grid.coordinates == [-0.75, 0, -0.25, 0, 0.25, 0, 0.75, 0])
    #expect(grid.inside == [1, 1, 1, 1])
  }

  @Test func paddingLooksOutsideTheFrame() throws {
    let window = CropWindow(of: frame, to: ImageSize(width: 16, height: 4), offsetX: 8)
    let geometry = try #require(ImageGeometry(wholeFrameIn: frame).cropped(to: window))
    let grid = geometry.samplingGrid(height: 1, width: 4)
    #expect(grid.coordinates == [-2, -2, -2, -2, -0.5, 0, 0.5, 0])
    #expect(grid.inside == [0, 0, 1, 1])
  }

  @Test func theGridOfAMirroredFrameRunsBackwards() {
    let grid = ImageGeometry(wholeFrameIn: frame, isFlipped: true).samplingGrid(
      height: 2, width: 2)
    #expect(grid.coordinates == [0.5, -0.5, -0.5, -0.5, 0.5, 0.5, -0.5, 0.5])
  }
}
