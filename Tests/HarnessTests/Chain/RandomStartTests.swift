import CoreAPI
import Testing

@testable import Harness

@Suite struct RandomStartTests {
  private let weights = SupervisionRecord(kind: "weights", use: "backbone", source: "r50.pth")

  @Test func aLargePartWithoutWeightsIsNamed() {
    #expect(
      RandomStart.note(on: "segmenter", weightCount: 23_500_000, supervision: [])
        == "The segmenter begins with 23 million random weights. If that is not meant, name a file of "
        + "pretrained ones under 'weights' in its section of the recipe.")
  }

  @Test func smallPartsAndPretrainedOnesAreNot() {
    #expect(RandomStart.note(on: "segmenter", weightCount: 999_999, supervision: []) == nil)
    #expect(
      RandomStart.note(on: "segmenter", weightCount: 23_500_000, supervision: [weights]) == nil)
  }
}
