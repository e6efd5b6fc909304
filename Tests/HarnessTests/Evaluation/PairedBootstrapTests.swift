import CoreAPI
import Harness
import Testing

@Suite struct PairedBootstrapTests {
  /// Matrices of two classes whose IoU is the same share for both.
  private func matrices(_ right: [Int64]) -> [ConfusionMatrix] {
    right.map { ConfusionMatrix(classCount: 2, counts: [$0, 10 - $0, 10 - $0, $0]) }
  }

  @Test func equalMethodsDifferNowhere() {
    let same = matrices([3, 5, 9])
    let bootstrap = PairedBootstrap(
      first: same, second: same,
      resamples: PairedBootstrap.resamples(count: 20, imageCount: 3, seed: 0))
    #expect(bootstrap.differences.allSatisfy { $0 == 0 })
    #expect(bootstrap.twoSidedPValue == 1)
    #expect(bootstrap.interval(level: 0.9) == 0...0)
  }

  @Test func aMethodThatIsBetterOnEveryImageIsBetterInEveryResample() {
    let bootstrap = PairedBootstrap(
      first: matrices([3, 5, 7]), second: matrices([4, 6, 8]),
      resamples: PairedBootstrap.resamples(count: 50, imageCount: 3, seed: 1))
    #expect(bootstrap.differences.allSatisfy { $0 > 0 })
    #expect(bootstrap.twoSidedPValue == 0)
    #expect(bootstrap.interval(level: 0.95).lowerBound > 0)
  }

  @Test func resamplesDependOnTheSeedAlone() {
    let draw = { PairedBootstrap.resamples(count: 5, imageCount: 100, seed: $0) }
    #expect(draw(3) == draw(3))
    #expect(draw(3) != draw(4))
    #expect(draw(3).allSatisfy { $0.count == 100 && $0.allSatisfy((0..<100).contains) })
  }

  @Test func aSingleNumberHasNoDeviation() {
    #expect(SampleStatistics([2]).standardDeviation == 0)
    #expect(SampleStatistics([1, 3]).standardDeviation == 2.0.squareRoot())
  }
}
