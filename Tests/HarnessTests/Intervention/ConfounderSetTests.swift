import Imaging
import Testing

@testable import Harness

@Suite struct ConfounderSetTests {
  /// Two masks of 2×2: class 1 on the left of both, class 2 at one pixel of the second.
  private var accumulator: ConfounderSet.Accumulator {
    var result = ConfounderSet.Accumulator(classCount: 3, size: 2)
    result.add(LabelMap(width: 2, height: 2, indices: [1, 0, 1, 255]))
    result.add(LabelMap(width: 2, height: 2, indices: [1, 2, 0, 0]))
    return result
  }

  @Test func averagesRunOverTheirImages() {
    #expect(
      accumulator.averages(.imagesWithClass) == [1, 0, 0.5, 0, 0, 1, 0, 0, 0, 0, 0, 0])
    #expect(accumulator.averages(.allImages) == [1, 0, 0.5, 0, 0, 0.5, 0, 0, 0, 0, 0, 0])
    #expect(
      accumulator.averages(.allImagesFromOnes)
        == [1.5, 0.5, 1, 0.5, 0.5, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5])
  }

  @Test func classThatVanishesInReductionCountsOnlyInTheOriginal() {
    var accumulator = ConfounderSet.Accumulator(classCount: 1, size: 1)
    accumulator.add(LabelMap(width: 4, height: 1, indices: [1, 0, 0, 0]))
    accumulator.add(LabelMap(width: 1, height: 1, indices: [1]))
    #expect(accumulator.averages(.imagesWithClass) == [0.5])
    #expect(accumulator.averages(.imagesWithReducedClass) == [1])
  }

  @Test func priorsSumToOne() {
    let uniform = accumulator.confounders(average: .imagesWithClass, prior: .uniform)
    #expect(uniform.prior == [Float](repeating: 1 / 3, count: 3))
    let empirical = accumulator.confounders(average: .imagesWithClass, prior: .empirical)
    #expect(empirical.prior == [Float(2) / 3, Float(1) / 3, 0])
    #expect(empirical.imageCounts == [2, 1, 0])
  }

  @Test func empiricalPriorWithoutAnyClassIsUniform() {
    let empty = ConfounderSet.Accumulator(classCount: 2, size: 1)
    #expect(empty.confounders(average: .imagesWithClass, prior: .empirical).prior == [0.5, 0.5])
    #expect(empty.averages(.imagesWithClass) == [0, 0])
  }
}
