import Essentials
import Imaging
import Testing

@Suite struct CropTests {
  private let labels = LabelMap(width: 3, height: 2, indices: [1, 2, 3, 4, 5, 6])

  @Test func aLargerImageIsCutAtTheOffset() {
    let window = CropWindow(
      of: labels.size, to: ImageSize(width: 2, height: 1), offsetX: 1, offsetY: 1)
    #expect(labels.cropped(to: window).indices == [5, 6])
  }

  @Test func aSmallerImageIsPastedAtTheOffset() {
    let window = CropWindow(
      of: labels.size, to: ImageSize(width: 4, height: 3), offsetX: 1, offsetY: 1)
    #expect(
      labels.cropped(to: window).indices == [255, 255, 255, 255, 255, 1, 2, 3, 255, 4, 5, 6])
  }

  @Test func theAxesAreIndependent() {
    let window = CropWindow(
      of: labels.size, to: ImageSize(width: 2, height: 3), offsetX: 1, offsetY: 0)
    #expect(labels.cropped(to: window, padding: 0).indices == [2, 3, 5, 6, 0, 0])
  }

  @Test func imagesAndPlanesAreCutAlike() {
    let image = RGBImage.noise(width: 6, height: 5)
    let window = CropWindow(
      of: image.size, to: ImageSize(width: 4, height: 7), offsetX: 2, offsetY: 1)
    let raw = Normalization(order: .rgb, divisor: 1, mean: [0, 0, 0])
    #expect(raw(image.cropped(to: window)) == raw(image).cropped(to: window))
    let yellow = image.cropped(to: window, padding: [255, 255, 0])
    #expect(Array(yellow.pixels.prefix(6)) == [255, 255, 0, 255, 255, 0])
  }

  @Test func mirroringTwiceChangesNothing() {
    let image = RGBImage.noise(width: 7, height: 3)
    #expect(image.flippedHorizontally().flippedHorizontally() == image)
    #expect(labels.flippedHorizontally().indices == [3, 2, 1, 6, 5, 4])
    let planes = Normalization.imageNet(image)
    #expect(planes.flippedHorizontally() == Normalization.imageNet(image.flippedHorizontally()))
  }

  @Test func mirroringAndCuttingCommuteWithMirroredOffsets() {
    let image = RGBImage.noise(width: 9, height: 4)
    let size = ImageSize(width: 5, height: 4)
    let cutFirst = image.cropped(to: CropWindow(of: image.size, to: size, offsetX: 1))
      .flippedHorizontally()
    let flippedFirst = image.flippedHorizontally()
      .cropped(to: CropWindow(of: image.size, to: size, offsetX: 3))
    #expect(cutFirst == flippedFirst)
  }

  @Test func everyOffsetIsDrawn() {
    let crop = RandomCrop(size: ImageSize(width: 4, height: 6), placement: .anywhere)
    var stream = RandomStream(seed: 1, "crop")
    var seen: Set<CropWindow> = []
    for _ in 0..<500 {
      seen.insert(crop.window(over: ImageSize(width: 6, height: 3), using: &stream))
    }
    #expect(Set(seen.map(\.offsetX)) == [0, 1, 2])
    #expect(Set(seen.map(\.offsetY)) == [0, 1, 2, 3])
    #expect(seen.count == 12)
  }

  @Test func topLeftPlacementOnlyMovesOverLargerImages() {
    let crop = RandomCrop(size: ImageSize(width: 4, height: 6), placement: .topLeft)
    var stream = RandomStream(seed: 1, "crop")
    for _ in 0..<50 {
      let window = crop.window(over: ImageSize(width: 6, height: 3), using: &stream)
      #expect(window.offsetY == 0 && (0...2).contains(window.offsetX))
    }
  }

  @Test func cropsDrawTwoNumbersWhateverTheSizes() {
    let crop = RandomCrop(size: ImageSize(width: 4, height: 4), placement: .topLeft)
    var first = RandomStream(seed: 1, "crop")
    var second = first
    _ = crop.window(over: ImageSize(width: 4, height: 4), using: &first)
    _ = crop.window(over: ImageSize(width: 9, height: 2), using: &second)
    #expect(first == second)
  }
}
