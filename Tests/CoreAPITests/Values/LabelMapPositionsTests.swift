import CoreAPI
import Imaging
import Testing

@Suite struct LabelMapPositionsTests {
  private let classes = [3, 7, 20]

  @Test func positionsBecomeTheClassesOfTheImage() {
    let positions = LabelMap(width: 3, height: 2, indices: [0, 1, 2, 3, 255, 1])
    #expect(positions.classIndices(among: classes).indices == [0, 3, 7, 20, 255, 3])
    #expect(positions.classIndices(among: classes).size == positions.size)
  }

  @Test func classesBecomePositionsAndOthersBackground() {
    let map = LabelMap(width: 3, height: 2, indices: [0, 20, 3, 5, 255, 7])
    #expect(map.positions(among: classes).indices == [0, 3, 1, 0, 255, 2])
  }

  @Test func bothWaysLeadBack() {
    let map = LabelMap(width: 5, height: 1, indices: [7, 0, 20, 255, 3])
    #expect(map.positions(among: classes).classIndices(among: classes) == map)
    let none = LabelMap(width: 2, height: 1, filledWith: 0)
    #expect(none.classIndices(among: []) == none)
  }
}
