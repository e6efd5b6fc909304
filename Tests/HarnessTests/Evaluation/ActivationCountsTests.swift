import CoreAPI
import Essentials
import Imaging
import SharedTestSupport
import TensorFiles
import Testing

@testable import Harness

/// Counts of scores give what the maps themselves would give.
@Suite struct ActivationCountsTests {
  private struct Scene {
    var map: ClassActivationMap
    var truth: LabelMap
  }

  /// Scenes of two of four classes; scores are those that seeds are read as.
  private func scenes(count: Int = 3) -> [Scene] {
    (0..<count).map { index in
      var stream = RandomStream(seed: 4, "scene", index)
      return Scene(
        map: ClassActivationMap(
          classes: [1, 3], height: 8, width: 9,
          scores: (0..<144).map { _ in
            ScoreLevel.scores[Int(ScoreLevel.level(of: Float(stream.uniform())))]
          }),
        truth: LabelMap(
          width: 9, height: 8,
          indices: (0..<72).map { _ in [0, 1, 3, 255][stream.integer(in: 0...3)] }))
    }
  }

  private func counts(_ scenes: [Scene]) throws -> ActivationCounts {
    var counts = ActivationCounts(classCount: 5, images: "images")
    for scene in scenes { try counts.add(scene.map, groundTruth: scene.truth) }
    return counts
  }

  @Test(arguments: [0, 0.05, 0.1234, 0.15, 0.5, 0.9975, 1])
  func everyThresholdGivesTheConfusionOfItsLabelMaps(threshold: Double) throws {
    let scenes = scenes()
    let confusions = try counts(scenes).confusions(at: threshold)
    #expect(confusions.imageCount == 3 && confusions.images == "images")
    for (image, scene) in scenes.enumerated() {
      var expected = ConfusionMatrix(classCount: 5)
      try expected.add(
        prediction: scene.map.labelMap(backgroundScore: Float(threshold)),
        groundTruth: scene.truth)
      #expect(confusions[image] == expected)
    }
  }

  @Test func sweepIsThatOfTheMaps() throws {
    let scenes = scenes()
    var expected = ThresholdSweep(classCount: 5)
    for scene in scenes {
      try expected.add(
        scores: scene.map.scores, classes: scene.map.classes, groundTruth: scene.truth)
    }
    let sweep = try counts(scenes).sweep()
    #expect(sweep.curve() == expected.curve())
    #expect(sweep.areaUnderCurve() == expected.areaUnderCurve())
    let some = try counts(scenes).sweep(of: [0, 2])
    #expect(try some.curve() == counts([scenes[0], scenes[2]]).sweep().curve())
  }

  @Test func imageWithoutClassesIsBackground() throws {
    var counts = ActivationCounts(classCount: 2, images: "")
    try counts.add(
      ClassActivationMap(classes: [], height: 1, width: 3, scores: []),
      groundTruth: LabelMap(width: 3, height: 1, indices: [0, 1, 255]))
    #expect(counts.confusions(at: 0)[0].counts == [1, 0, 1, 0])
  }

  @Test func whatDoesNotFitIsRefusedAndChangesNothing() throws {
    var counts = try counts(scenes(count: 1))
    let before = counts
    let map = ClassActivationMap(classes: [1], height: 1, width: 1, scores: [1])
    let small = LabelMap(width: 1, height: 1, indices: [0])
    #expect(throws: EvaluationError.unknownClass(role: "ground truth", index: 7, classCount: 5)) {
      try counts.add(map, groundTruth: LabelMap(width: 1, height: 1, indices: [7]))
    }
    #expect(throws: EvaluationError.unknownMapClass(index: 5, classCount: 5)) {
      try counts.add(
        ClassActivationMap(classes: [5], height: 1, width: 1, scores: [1]), groundTruth: small)
    }
    #expect(throws: EvaluationError.self) {
      try counts.add(map, groundTruth: LabelMap(width: 2, height: 1, indices: [0, 0]))
    }
    #expect(counts == before)
  }

  @Test func fileKeepsThemAndADamagedOneIsNamed() throws {
    let counts = try counts(scenes())
    try withTemporaryFolder { folder in
      try counts.write(to: folder)
      #expect(try ActivationCounts(in: folder) == counts)
      let path = "\(folder)/\(ActivationCounts.fileName)"
      var tensors = try SafetensorsFile(contentsOf: path).allTensors().map { ($0.key, $0.value) }
      tensors.removeAll { $0.0 == "levels" }
      try Safetensors.write(
        tensors + [("levels", TensorData([UInt8](), dtype: .uint8, shape: [0]))],
        metadata: ["classes": "5", "images": "images"], to: path)
      #expect(throws: ResultError.damaged(path: path)) { try ActivationCounts(in: folder) }
    }
  }
}
