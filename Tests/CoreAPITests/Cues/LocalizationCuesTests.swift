import CoreAPI
import Imaging
import Tensors
import Testing

@Suite(.serialized) struct LocalizationCuesTests {
  private let size = ImageSize(width: 3, height: 3)

  private func cells(_ cues: LocalizationCues, of label: Int) -> [Int] {
    (0..<9).filter { cues[label, $0 / 3, $0 % 3] }
  }

  @Test func classIsMarkedAboveAShareOfItsMaximum() {
    let cam = ClassActivationMap(
      classes: [2], height: 3, width: 3, scores: [1, 0.5, 0.2, 0.21, 0, 0, 0, 0, 0])
    let cues = LocalizationCues(
      cam, threshold: 0.2, background: [Bool](repeating: false, count: 9), size: size,
      classCount: 3)
    #expect(cells(cues, of: 2) == [0, 1, 3])
    #expect(cues.markedClasses == [2])
  }

  @Test func smallerObjectLiesOnTopAndBackgroundAtTheBottom() {
    let cam = ClassActivationMap(
      classes: [1, 2], height: 3, width: 3,
      scores: [1, 1, 1, 1, 1, 1, 0, 0, 0] + [0, 0, 0, 0, 0.3, 0.3, 0, 0, 0])
    let background = [true, false, false, false, false, false, true, true, false]
    let cues = LocalizationCues(cam, background: background, size: size, classCount: 3)
    #expect(cells(cues, of: 1) == [0, 1, 2, 3])
    #expect(cells(cues, of: 2) == [4, 5])
    #expect(cells(cues, of: 0) == [6, 7])
  }

  @Test func classWithoutActivationHasNoMark() {
    let cam = ClassActivationMap(
      classes: [1], height: 3, width: 3, scores: [Float](repeating: 0, count: 9))
    let cues = LocalizationCues(
      cam, background: [Bool](repeating: true, count: 9), size: size, classCount: 2)
    #expect(cues.markedClasses == [0])
  }

  @Test func mapsOfOtherSizesAreResizedWithAlignedCorners() {
    // Corner values stay, the middle is the mean.
    let cam = ClassActivationMap(classes: [1], height: 2, width: 2, scores: [1, 0, 0, 0])
    let cues = LocalizationCues(
      cam, threshold: 0.3, background: [Bool](repeating: false, count: 9), size: size,
      classCount: 2)
    #expect(cells(cues, of: 1) == [0, 1, 3])
  }

  @Test func lowestCellsLieBelowTheValueAtTheSharesPosition() {
    let values: [Float] = [5, 1, 4, 2, 3, 6, 7, 8, 9, 10]
    #expect(
      LocalizationCues.lowestCells(of: values, share: 0.2).enumerated().filter(\.element)
        .map(\.offset) == [1, 3])
    #expect(LocalizationCues.lowestCells(of: values, share: 0).allSatisfy { !$0 })
    #expect(LocalizationCues.lowestCells(of: values, share: 1).allSatisfy { $0 })
    // SEC's count: of 41 × 41 cells the 168 lowest.
    let many = (0..<1681).map(Float.init)
    #expect(LocalizationCues.lowestCells(of: many, share: 0.1).count { $0 } == 168)
  }

  @Test func weakestCellsAreThoseWhereEveryClassIsLow() {
    let cam = ClassActivationMap(
      classes: [1, 3], height: 3, width: 3,
      scores: [0, 1, 1, 0, 1, 1, 1, 1, 1] + [0.1, 0, 0, 0.9, 0, 0, 0, 0, 0])
    let weakest = LocalizationCues.weakestCells(of: cam, share: 0.12, size: size)
    #expect(weakest.enumerated().filter(\.element).map(\.offset) == [0])
    let none = ClassActivationMap(classes: [], height: 3, width: 3, scores: [])
    #expect(LocalizationCues.weakestCells(of: none, share: 0.1, size: size).allSatisfy { $0 })
  }

  @Test func maskGivesEveryCellItsClassButIgnoredOnes() {
    let mask = LabelMap(width: 3, height: 3, indices: [0, 0, 1, 2, 255, 1, 7, 0, 0])
    let cues = LocalizationCues(mask, size: size, classCount: 3)
    #expect(cells(cues, of: 0) == [0, 1, 7, 8])
    #expect(cells(cues, of: 1) == [2, 5])
    #expect(cells(cues, of: 2) == [3])
  }

  @Test func mirroringTwiceChangesNothing() {
    var cues = LocalizationCues(classCount: 2, size: ImageSize(width: 4, height: 2))
    cues[1, 1, 0] = true
    cues[0, 0, 2] = true
    let mirrored = cues.flippedHorizontally()
    #expect(mirrored[1, 1, 3] && mirrored[0, 0, 1] && mirrored.marks.count { $0 == 1 } == 2)
    #expect(mirrored.flippedHorizontally() == cues)
  }

  @Test func batchOfCuesIsOneTensor() throws {
    var first = LocalizationCues(classCount: 2, size: ImageSize(width: 2, height: 1))
    first[1, 0, 1] = true
    let second = LocalizationCues(classCount: 2, size: ImageSize(width: 2, height: 1))
    let tensor = try Tensor.cues([first, second], on: .cpu)
    #expect(tensor.shape == [2, 2, 1, 2])
    #expect(try tensor.floats() == [0, 0, 0, 1, 0, 0, 0, 0])
  }
}
