import Essentials
import Imaging
import Testing

@testable import Datasets

@Suite struct ContextWorldTests {
  private func world(_ configuration: ContextWorld.Configuration = .init()) throws -> ContextWorld {
    try ContextWorld(configuration)
  }

  // MARK: - Determinism

  @Test func firstSceneHasThePinnedContent() throws {
    let world = try world()
    // A change of these means that every stored result on the world is void: raise `version`.
    let image = SHA256.hexDigest(of: try world.image(of: "train_00000").pixels)
    #expect(image == "ca034f8a3d19eefb299746b03257ece5bef06c0fdec0b034a97c9eae365eb199")
    let groundTruth = SHA256.hexDigest(of: try world.groundTruth(of: "train_00000").indices)
    #expect(groundTruth == "ffb59460f466ecdd0cc11bdaab02122149002258900903d2ea0942fd6ca751b7")
  }

  @Test func firstTwentyScenesContainThePinnedClasses() throws {
    let world = try world()
    let text = try (0..<20).map {
      let outcome = try world.outcome(ContextWorld.id(split: "train", index: $0))
      return "\(outcome.stuff.name): "
        + outcome.objects.map { "\($0.objectClass.name)@\($0.slot)" }.joined(separator: " ")
    }.joined(separator: "\n")
    let digest = SHA256.hexDigest(of: text.utf8)
    #expect(digest == "9019d76849797bb6baf6e283f18612975244090f3ec30c8f908d4597c76eccf8")
  }

  @Test func scenesDoNotDependOnOrderOrOnCounts() throws {
    let world = try world()
    let later = try world.image(of: "val_00007")
    _ = try world.image(of: "val_00003")
    #expect(try world.image(of: "val_00007") == later)
    let smaller = try self.world(.init(trainingCount: 10, testCount: 8))
    #expect(try smaller.image(of: "val_00007") == later)
  }

  @Test func fingerprintChangesWithEveryValue() throws {
    let fingerprints = try [
      ContextWorld.Configuration(), .init(seed: 1), .init(width: 112), .init(height: 112),
      .init(trainingCount: 500), .init(testCount: 300), .init(stuffStrength: 0.8),
      .init(partnerStrength: 0.8), .init(layoutStrength: 0.8),
    ].map { try world($0).fingerprint }
    #expect(Set(fingerprints).count == fingerprints.count)
    #expect(try world().fingerprint == fingerprints[0])
  }

  @Test func otherSeedsAndSplitsGiveOtherScenes() throws {
    let images = try [
      world().image(of: "train_00000"), world().image(of: "val_00000"),
      world().image(of: "independent_00000"), world().image(of: "do-sky_00000"),
      world(.init(seed: 1)).image(of: "train_00000"),
    ]
    for i in images.indices { for j in 0..<i { #expect(images[i] != images[j]) } }
  }

  // MARK: - Content

  @Test(arguments: ["train", "val", "independent", "do-rail"])
  func groundTruthShowsExactlyTheClassesOfTheCausalModel(split: String) throws {
    let world = try world()
    for id in try world.sampleIDs(in: split).prefix(150) {
      let groundTruth = try world.groundTruth(of: id)
      let expected = try world.outcome(id).objects.map { UInt8($0.objectClass.rawValue + 1) }
      #expect(Set(groundTruth.indices).subtracting([0]) == Set(expected), "\(id)")
    }
  }

  @Test func everyClassOfASceneIsLargeEnoughToBeFound() throws {
    let world = try world()
    var foreground = 0.0
    let ids = try world.sampleIDs(in: "train")
    for id in ids {
      var counts = [Int](repeating: 0, count: 7)
      for index in try world.groundTruth(of: id).indices { counts[Int(index)] += 1 }
      for count in counts.dropFirst() where count > 0 { #expect(count >= 185, "\(id)") }
      #expect(counts[0] > 96 * 96 / 4, "\(id)")
      foreground += Double(96 * 96 - counts[0]) / Double(96 * 96)
    }
    // Objects cover a share of the scene that is usual in photographs (VOC: about .27).
    let share = foreground / Double(ids.count)
    #expect(share > 0.15 && share < 0.40)
  }

  @Test func demoWorldHasTheSizesAndTheVarietyItPromises() throws {
    let world = try world()
    let outcomes = try world.sampleIDs(in: "train").map(world.outcome)
    #expect(outcomes.count == 480)
    #expect(try world.sampleIDs(in: "val").count == 240)
    let multiple = outcomes.filter { $0.objects.count > 1 }.count
    #expect(multiple >= 480 / 4)
    #expect(outcomes.contains { $0.objects.count == 3 })
    let image = try world.image(of: "train_00000")
    #expect(image.width == 96 && image.height == 96)
  }

  @Test func objectBordersAreEdgesOfTheImage() throws {
    let world = try world()
    var across = (sum: 0.0, count: 0.0)
    var within = (sum: 0.0, count: 0.0)
    for id in try world.sampleIDs(in: "train").prefix(60) {
      let image = try world.image(of: id)
      let groundTruth = try world.groundTruth(of: id)
      for row in 0..<96 {
        for column in 0..<95 {
          let pixel = (row * 96 + column) * 3
          let step = (0..<3).reduce(0.0) {
            $0 + abs(Double(image.pixels[pixel + $1]) - Double(image.pixels[pixel + 3 + $1]))
          }
          if groundTruth[row, column] != groundTruth[row, column + 1] {
            across = (across.sum + step, across.count + 1)
          } else if groundTruth[row, column] > 0 {
            within = (within.sum + step, within.count + 1)
          }
        }
      }
    }
    #expect(across.sum / across.count > 3 * within.sum / within.count)
  }

  @Test func samplesOfTheInterventionsAreCounterfactualsOfOneAnother() throws {
    let world = try world()
    for index in 0..<10 {
      let reference = try world.groundTruth(of: ContextWorld.id(split: "do-sky", index: index))
      for stuff in ContextWorld.Stuff.allCases {
        let id = ContextWorld.id(split: "do-\(stuff.name)", index: index)
        #expect(try world.outcome(id).stuff == stuff)
        #expect(try world.groundTruth(of: id) == reference)
      }
    }
  }

  @Test(arguments: [(64, 48), (128, 96), (201, 111)])
  func paintsOtherSizes(width: Int, height: Int) throws {
    let world = try world(.init(width: width, height: height))
    for index in 0..<30 {
      let id = ContextWorld.id(split: "train", index: index)
      let groundTruth = try world.groundTruth(of: id)
      #expect(groundTruth.width == width && groundTruth.height == height)
      let expected = try world.outcome(id).objects.map { UInt8($0.objectClass.rawValue + 1) }
      #expect(Set(groundTruth.indices).subtracting([0]) == Set(expected), "\(id)")
    }
  }

  // MARK: - Dials

  @Test func linkBetweenStuffAndObjectsFollowsItsDial() throws {
    func matches(_ strength: Double, split: String) throws -> Int {
      let world = try world(.init(trainingCount: 2_000, testCount: 2_000, stuffStrength: strength))
      return try world.sampleIDs(in: split).filter {
        let outcome = try world.outcome($0)
        return outcome.objects[0].objectClass.matchingStuff == outcome.stuff
      }.count
    }
    // Means 2000 (κ + (1 - κ) / 6); four standard deviations are at most 67.
    #expect(abs(try matches(0.9, split: "train") - 1_833) < 67)
    #expect(abs(try matches(0.9, split: "val") - 1_833) < 67)
    #expect(abs(try matches(0, split: "train") - 333) < 67)
    #expect(abs(try matches(0.9, split: "independent") - 333) < 67)
    #expect(abs(try matches(0.9, split: "do-road") - 333) < 67)
  }

  // MARK: - Errors

  @Test func refusesValuesOutOfRange() {
    func message(_ configuration: ContextWorld.Configuration) -> String? {
      do {
        _ = try ContextWorld(configuration)
        return nil
      } catch {
        return error.description
      }
    }
    #expect(
      message(.init(width: 20)) == "The world's 'width' is 20. Expected at least 48.")
    #expect(
      message(.init(testCount: 0)) == "The world's 'testCount' is 0. Expected at least 1.")
    #expect(
      message(.init(stuffStrength: 1)) == """
        The world's 'stuffStrength' is 1.0. Expected a number from 0 up to, but not including, 1: \
        at 1 some contexts never occur with some classes, and no adjustment can be computed.
        """)
    #expect(
      message(.init(layoutStrength: .nan)) == """
        The world's 'layoutStrength' is nan. Expected a number from 0 up to, but not including, 1: \
        at 1 some contexts never occur with some classes, and no adjustment can be computed.
        """)
  }

  @Test func namesTheSplitsWhenOneIsUnknown() throws {
    let world = try world()
    let error = #expect(throws: ContextWorldError.self) { try world.sampleIDs(in: "trai") }
    #expect(
      error?.description == """
        ContextWorld has no split 'trai'. Did you mean 'train'? Splits: train, val, independent, \
        do-sky, do-water, do-road, do-floor, do-grass, do-rail.
        """)
  }

  @Test(arguments: [
    "train", "train_", "train_1", "train_00480", "train_-0001", "do-lava_00000", "train_00000_1",
  ])
  func refusesUnknownSamples(id: String) throws {
    let world = try world()
    let error = #expect(throws: ContextWorldError.self) { try world.image(of: id) }
    #expect(
      error?.description == """
        ContextWorld has no sample '\(id)'. Expected an id that 'sampleIDs(in:)' lists, such as \
        'train_00000'.
        """)
  }
}
