import CoreAPI
import Imaging
import Tensors
import Testing

@testable import External

/// What the three formats say in the three roles.
@Suite(.serialized) struct ExternalReadingTests {
  private static let ramp = ExternalFixture.ramp()

  // MARK: - Seeds

  @Test func readsMapsUnderClassNumbers() throws {
    try withFixture { fixture in
      try fixture.writeNumbered("b", [(1, Self.ramp), (2, Self.ramp)])
      let seed = try fixture.seed("b")
      #expect(seed.fullResolution.classes == [2])
      #expect(seed.fullResolution.scores == Self.ramp)
      // Without a quarter in the file it is the full map, resized.
      #expect(seed == Seed(fullResolution: seed.fullResolution))
      #expect((seed.quarterResolution.width, seed.quarterResolution.height) == (2, 2))
    }
  }

  @Test func readsKeysWithBothResolutions() throws {
    try withFixture { fixture in
      let quarter: [Float] = [0.1, 0.2, 0.3, 0.4]
      try fixture.writeKeyed(
        "a", keys: [2, 0], full: Self.ramp + Self.ramp.reversed(),
        quarter: [0.9, 0.9, 0.9, 0.9] + quarter)
      let seed = try fixture.seed("a")
      #expect(seed.fullResolution.classes == [1])
      #expect(seed.fullResolution.scores == Self.ramp.reversed())
      #expect(seed.quarterResolution.scores == quarter)
      try fixture.writeKeyed("a", keys: [0], full: Self.ramp, quarter: nil)
      let full = try fixture.seed("a")
      #expect(full == Seed(fullResolution: full.fullResolution))
    }
  }

  /// Numbers from 255 on do not fit a mask, whatever classes files have.
  @Test func masksOfManyClassesKeepWhatIsUndecided() throws {
    let names = (1...300).map { "other \($0)" }
    func node(_ text: String) -> ConfigurationNode { ConfigurationNode(.scalar(text)) }
    let section = ConfigurationNode(
      .section([
        .init(key: "folder", node: node("masks")),
        .init(
          key: "classes",
          node: ConfigurationNode(
            .list((["cat"] + names.prefix(253) + ["dog"] + names.suffix(40)).map(node)))),
      ]))
    let numbers = try ClassNumbers(
      ExternalConfiguration(ConfigurationReader(section, path: "part"), makesMasks: false),
      classes: ClassList(foreground: ["cat", "dog"]))
    let mask = LabelMap(width: 4, height: 1, indices: [0, 1, 2, 255])
    #expect(try numbers.translated(mask, path: "a.png").indices == [0, 1, 255, 255])
  }

  @Test func aMaskIsAMapOfZeroAndOne() throws {
    try withFixture { fixture in
      var mask = LabelMap(width: 8, height: 5, filledWith: 0)
      mask[1, 2] = 1
      mask[1, 3] = 2
      mask[1, 4] = LabelMap.ignoreIndex
      try fixture.writeMask("a", mask)
      let scores = try fixture.seed("a").fullResolution.scores
      #expect(scores.indices.filter { scores[$0] == 1 } == [10])
      #expect(scores.reduce(0, +) == 1)
    }
  }

  @Test func aClassWithoutAMapScoresZero() throws {
    try withFixture { fixture in
      try fixture.writeNumbered("a", [(2, Self.ramp)])
      #expect(try fixture.seed("a").fullResolution.scores.allSatisfy { $0 == 0 })
    }
  }

  @Test func roundingBeyondTheRangeIsCut() throws {
    try withFixture { fixture in
      try fixture.writeNumbered("a", [(0, [-0.0005, 1.0005] + Self.ramp.dropFirst(2))])
      #expect(try fixture.seed("a").fullResolution.scores.prefix(2) == [0, 1])
    }
  }

  /// SEAM's normalisation writes such scores at the weakest pixels of a class.
  @Test func negativeScoresUnderClassNumbersCountAsZero() throws {
    try withFixture { fixture in
      try fixture.writeNumbered("a", [(0, [-9.96, -2.8] + Self.ramp.dropFirst(2))])
      try ExternalSeedGenerator(fixture.reader(), fixture.part).checkFiles(
        for: TrainingSet(dataset: fixture, ids: ["a"]))
      #expect(
        try fixture.seed("a").fullResolution.scores == [0, 0] + Self.ramp.dropFirst(2))
    }
  }

  // MARK: - Masks

  @Test func aPredictionIsTheFilesMask() throws {
    try withFixture { fixture in
      var mask = LabelMap(width: 8, height: 5, filledWith: 3)
      mask[0, 0] = LabelMap.ignoreIndex
      try fixture.writeMask("a", mask)
      mask[0, 0] = 0
      #expect(try fixture.prediction("a") == mask)
    }
  }

  @Test func aPredictionOfScoresIsTheBestClass() throws {
    try withFixture { fixture in
      try fixture.writeNumbered("a", [(1, Self.ramp), (2, Self.ramp.reversed())])
      let mask = try fixture.prediction("a", ["background_score": "0.75"])
      #expect((mask[0, 0], mask[2, 3], mask[4, 7]) == (3, 0, 2))
    }
  }

  @Test func scoresOfTheBackgroundReplaceTheThreshold() throws {
    try withFixture { fixture in
      let background = [Float](repeating: 0.95, count: 40)
      try fixture.writeNumbered("a", [(0, background), (1, Self.ramp)])
      let mask = try fixture.prediction("a", ["first_class": "1"])
      #expect((mask[0, 0], mask[4, 5], mask[4, 7]) == (0, 0, 1))
    }
  }

  @Test func aPseudoMaskHasTheSeedsClassesOnly() throws {
    try withFixture { fixture in
      var mask = LabelMap(width: 8, height: 5, filledWith: 1)
      mask[0, 0] = 2
      try fixture.writeMask("a", mask)
      mask[0, 0] = LabelMap.ignoreIndex
      #expect(try fixture.pseudoMask("a") == mask)
      try fixture.writeNumbered("b", [(0, Self.ramp), (1, Self.ramp.reversed())])
      #expect(Set(try fixture.pseudoMask("b").indices) == [0, 1])
    }
  }

  @Test func classesAreFoundByName() throws {
    try withFixture { fixture in
      let names = ["classes": "[bird, dog, cat]"]
      try fixture.writeNumbered("a", [(0, Self.ramp), (2, Self.ramp.reversed())])
      #expect(try fixture.seed("a", names).fullResolution.scores == Self.ramp.reversed())
      var mask = LabelMap(width: 8, height: 5, filledWith: 2)
      (mask[0, 0], mask[0, 1]) = (1, 3)
      try fixture.writeMask("b", mask)
      let prediction = try fixture.prediction("b", names)
      // A bird is no class of the data set, and a prediction of no class is background.
      #expect((prediction[0, 0], prediction[0, 1], prediction[0, 2]) == (0, 1, 2))
    }
  }

  // MARK: - What a run records

  @Test func theRecordChangesWithTheFiles() throws {
    try withFixture { fixture in
      try fixture.writeMask("a", filledWith: 1)
      let first = try ExternalSegmenter(fixture.reader(), fixture.part).supervision
      #expect(first.map(\.source) == [fixture.folder])
      #expect(first == (try ExternalSegmenter(fixture.reader(), fixture.part).supervision))
      try fixture.writeMask("a", filledWith: 2)
      #expect(first != (try ExternalSegmenter(fixture.reader(), fixture.part).supervision))
    }
  }
}
