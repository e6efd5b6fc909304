import Essentials
import Imaging
import Testing

@Suite struct RandomResizeTests {
  private let size = ImageSize(width: 500, height: 375)

  private func targets(_ resize: RandomResize) -> Set<ImageSize> {
    var stream = RandomStream(seed: 1, "resize")
    return Set((0..<300).map { _ in resize.targetSize(for: size, using: &stream) })
  }

  @Test func longSidesCoverTheirRange() {
    let sizes = targets(.longSide(320...328, rounding: .proportion))
    #expect(Set(sizes.map(\.longSide)) == Set(320...328))
    #expect(sizes.contains(ImageSize(width: 320, height: 240)))
  }

  @Test func factorsCoverTheirRange() {
    let sides = targets(.factor(0.5...1.5)).map(\.width)
    #expect(sides.allSatisfy { (250...750).contains($0) })
    #expect(sides.contains { $0 < 260 } && sides.contains { $0 > 740 })
  }

  @Test func listedFactorsAreCutOff() {
    #expect(
      targets(.oneOf([0.75, 1.5]))
        == [ImageSize(width: 375, height: 281), ImageSize(width: 750, height: 562)])
  }
}
