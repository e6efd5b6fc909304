import CoreAPI
import Imaging
import Testing

@Suite struct ConfusionMatrixTests {
  private let groundTruth = LabelMap(width: 3, height: 2, indices: [0, 0, 1, 1, 255, 2])
  private let prediction = LabelMap(width: 3, height: 2, indices: [0, 1, 1, 0, 2, 255])

  private func filled(classCount: Int = 4) throws -> ConfusionMatrix {
    var matrix = ConfusionMatrix(classCount: classCount)
    try matrix.add(prediction: prediction, groundTruth: groundTruth)
    return matrix
  }

  @Test func rowsAreTheGroundTruthAndIgnoredPixelsAreNotCounted() throws {
    #expect(
      try filled().counts == [
        1, 1, 0, 0,
        1, 1, 0, 0,
        1, 0, 0, 0,
        0, 0, 0, 0,
      ])
  }

  @Test func everyDefinitionTreatsAbsentClassesAsItsNameSays() throws {
    // IoU: background 1/4, class 1 1/3, class 2 0 (missed), class 3 absent.
    let matrix = try filled()
    #expect(matrix.iou(ofClass: 0) == 0.25)
    #expect(matrix.iou(ofClass: 3) == nil)
    let sum = 0.25 + 1.0 / 3
    #expect(matrix.meanIoU(.allClasses) == sum / 4)
    #expect(matrix.meanIoU(.presentClasses) == sum / 3)
    #expect(matrix.meanIoU(.groundTruthClasses) == sum / 3)
    #expect(matrix.meanIoU(.recognizedClasses) == sum / 2)
    #expect(ConfusionMatrix(classCount: 3).meanIoU() == nil)
  }

  @Test func aClassThatIsOnlyPredictedCountsAsZeroUnlessTheDefinitionSkipsIt() {
    let matrix = ConfusionMatrix(classCount: 2, counts: [3, 1, 0, 0])
    #expect(matrix.meanIoU(.presentClasses) == 0.375)
    #expect(matrix.meanIoU(.groundTruthClasses) == 0.75)
  }

  @Test func theSharesOfAUnionAddUpToOne() throws {
    let matrix = try filled()
    for index in 0..<3 {
      let iou = try #require(matrix.iou(ofClass: index))
      let sum = try #require(matrix.falseShare(ofClass: index)) + iou
      let missed = try #require(matrix.missedShare(ofClass: index))
      #expect(abs(sum + missed - 1) < 1e-15)
    }
    #expect(matrix.pixelAccuracy == 0.4)
  }

  @Test func mergingEqualsCountingTogether() throws {
    var twice = try filled()
    twice.merge(try filled())
    #expect(twice.counts == (try filled()).counts.map { 2 * $0 })
  }

  @Test func refusesAnotherSize() throws {
    var matrix = ConfusionMatrix(classCount: 4)
    let small = LabelMap(width: 2, height: 2, filledWith: 0)
    #expect {
      try matrix.add(prediction: small, groundTruth: groundTruth)
    } throws: {
      "\($0)" == "The prediction is 2×2, the ground truth is 3×2. Expected equal sizes; "
        + "predict at the image's size."
    }
  }

  @Test func refusesUnknownClassesAndStaysUnchanged() throws {
    var matrix = ConfusionMatrix(classCount: 2)
    #expect {
      try matrix.add(prediction: prediction, groundTruth: groundTruth)
    } throws: {
      "\($0)" == "The ground truth has class index 2. Expected 0 through 1, or 255 to ignore. "
        + "Check the class list."
    }
    #expect(matrix.pixelCount == 0)
    matrix = ConfusionMatrix(classCount: 3)
    #expect {
      try matrix.add(prediction: prediction, groundTruth: groundTruth, ignored: .refused)
    } throws: {
      "\($0)" == "The prediction has class index 255. Expected 0 through 2, or 255 to ignore. "
        + "Check the class list."
    }
  }
}
