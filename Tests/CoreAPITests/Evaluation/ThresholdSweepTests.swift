import CoreAPI
import Imaging
import Testing

@Suite struct ThresholdSweepTests {
  private let groundTruth = LabelMap(width: 4, height: 1, indices: [0, 1, 2, 255])
  private let classes = [1, 2]
  private let scores: [Float] = [
    0.2, 0.6, 0.5, 0.9,
    0.1, 0.6, 0.8, 0.1,
  ]

  private func sweep(_ thresholds: [Float]) throws -> ThresholdSweep {
    var sweep = ThresholdSweep(classCount: 3, thresholds: thresholds)
    try sweep.add(scores: scores, classes: classes, groundTruth: groundTruth)
    return sweep
  }

  @Test func everyThresholdEqualsScoringItsLabelMap() throws {
    let thresholds: [Float] = [0, 0.15, 0.2, 0.5, 0.6, 0.7, 0.8, 0.95]
    let sweep = try sweep(thresholds)
    for (index, threshold) in thresholds.enumerated() {
      let labels = (0..<4).map { pixel -> UInt8 in
        var best = threshold
        var label: UInt8 = 0
        for plane in 0..<2 where scores[plane * 4 + pixel] > best {
          best = scores[plane * 4 + pixel]
          label = UInt8(classes[plane])
        }
        return label
      }
      var expected = ConfusionMatrix(classCount: 3)
      try expected.add(
        prediction: LabelMap(width: 4, height: 1, indices: labels), groundTruth: groundTruth)
      #expect(sweep.confusion(at: index) == expected)
    }
  }

  @Test func pixelsKnownByTheirHighestScoreCountAlike() throws {
    var counted = ThresholdSweep(classCount: 3, thresholds: [0, 0.5, 0.6])
    counted.add(1, trueClass: 0, highestClass: 1, score: 0.2)
    counted.add(1, trueClass: 1, highestClass: 1, score: 0.6)
    counted.add(1, trueClass: 2, highestClass: 2, score: 0.8)
    #expect(try counted.curve() == sweep([0, 0.5, 0.6]).curve())
  }

  @Test func theBestThresholdIsTheLowestAmongEquals() throws {
    #expect(try sweep([0, 0.2, 0.3, 0.9]).bestIndex() == 1)
  }

  @Test func theAreaIsTheMeanOfTheCurve() throws {
    // Perfect at 0.25 and 0.5, background only (IoU 1/3 for one class of three) at 0.75 … 1.
    var sweep = ThresholdSweep(classCount: 2, thresholds: [0, 0.5, 1])
    try sweep.add(
      scores: [0, 0.75], classes: [1],
      groundTruth: LabelMap(width: 2, height: 1, indices: [0, 1]))
    // mIoU: 1 at 0, 1 at 0.5, (1/2 + 0) / 2 at 1.
    #expect(sweep.curve() == [1, 1, 0.25])
    #expect(sweep.areaUnderCurve() == (1 + 0.625) / 2)
  }

  @Test func refusesClassesOutsideTheList() {
    var sweep = ThresholdSweep(classCount: 2)
    #expect {
      try sweep.add(scores: scores, classes: classes, groundTruth: groundTruth)
    } throws: {
      "\($0)" == "The class activation map has class index 2. Expected 1 through 1. "
        + "Check the class list."
    }
  }
}
