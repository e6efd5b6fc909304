import Imaging
import Testing

@testable import DSRG

@Suite struct RetrainingTests {
  @Test func labelsAreTakenFromEveryEighthPixel() {
    var map = LabelMap(width: 321, height: 17, filledWith: 0)
    for row in 0..<17 {
      for column in 0..<321 { map[row, column] = UInt8((column + row) % 251) }
    }
    let sampled = map.sampled(at: ImageSize(width: 41, height: 3))
    for row in 0..<3 {
      for column in 0..<41 { #expect(sampled[row, column] == map[8 * row, 8 * column]) }
    }
  }

  @Test func aSinglePointIsTheFirstPixel() {
    let map = LabelMap(width: 3, height: 2, indices: [1, 2, 3, 4, 5, 6])
    #expect(map.sampled(at: ImageSize(width: 1, height: 1)).indices == [1])
    #expect(map.sampled(at: ImageSize(width: 3, height: 2)) == map)
    #expect(map.sampled(at: ImageSize(width: 2, height: 2)).indices == [1, 3, 4, 6])
  }
}
