import Imaging
import Testing

@Suite struct ImageSizeTests {
  @Test func halvesAreRoundedToEven() {
    let size = ImageSize(width: 5, height: 7)
    #expect(size.scaled(by: 0.5) == ImageSize(width: 2, height: 4))
    #expect(size.scaledDown(by: 0.5) == ImageSize(width: 2, height: 3))
  }

  @Test func aSizeNeverVanishes() {
    let size = ImageSize(width: 500, height: 1)
    #expect(size.scaled(by: 0.25) == ImageSize(width: 125, height: 1))
    #expect(size.scaledDown(by: 0.001) == ImageSize(width: 1, height: 1))
  }

  @Test(arguments: [LongSideRounding.proportion, .factor])
  func theLongSideIsMet(rounding: LongSideRounding) {
    let wide = ImageSize(width: 500, height: 375).withLongSide(448, rounding: rounding)
    #expect(wide == ImageSize(width: 448, height: 336))
    let tall = ImageSize(width: 375, height: 500).withLongSide(448, rounding: rounding)
    #expect(tall == ImageSize(width: 336, height: 448))
    let square = ImageSize(width: 10, height: 10).withLongSide(33, rounding: rounding)
    #expect(square == ImageSize(width: 33, height: 33))
  }

  @Test func stridesRoundUp() {
    let size = ImageSize(width: 500, height: 16)
    #expect(size.strided(by: 16) == ImageSize(width: 32, height: 1))
    #expect(size.roundedUp(toMultipleOf: 16) == ImageSize(width: 512, height: 16))
    #expect("\(size)" == "500×16")
  }
}
