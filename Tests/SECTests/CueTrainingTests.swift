import CoreAPI
import Foundation
import Imaging
import PluginTestSupport
import SharedTestSupport
import TensorFiles
import Tensors
import Testing

@testable import SEC

/// Where SEC's cues come from, and what one training serves.
@Suite(.serialized) struct CueTrainingTests {
  private let set = ContractScenes().trainingSet

  private func part(_ values: [String: String]) throws -> SECExpandingSegmenter {
    let all = [
      "backbone": "tiny", "batch_size": "4", "input_size": "33", "head_width": "16",
      "dilation": "2", "rate": "0.01", "steps": "2", "background": "activation",
    ].merging(values) { $1 }
    return try SECExpandingSegmenter(
      SECConfiguration(ConfigurationReader(section: all, path: "expander")),
      PartContext(classes: set.classes, seed: 1))
  }

  private func seed(_ index: Int) throws -> Seed {
    let size = try set.image(index).size
    func map(_ size: ImageSize) throws -> ClassActivationMap {
      let classes = try set.labels(index).indices
      return ClassActivationMap(
        classes: classes, height: size.height, width: size.width,
        scores: classes.flatMap { _ in
          (0..<size.height * size.width).map { Float($0 % size.width) / Float(size.width) }
        })
    }
    return Seed(fullResolution: try map(size), quarterResolution: try map(size.strided(by: 4)))
  }

  private struct Seeds: SeedSource {
    let seeds: [String: Seed]

    func seed(of id: String) throws -> Seed {
      try #require(seeds[id])
    }
  }

  private func seeds() throws -> Seeds {
    Seeds(
      seeds: Dictionary(
        uniqueKeysWithValues: try set.ids.enumerated().map { ($1, try seed($0)) }))
  }

  private func weights(_ part: SECExpandingSegmenter) throws -> [TensorData] {
    try part.parameters.stateDictionary().map(\.1)
  }

  @Test func trainingLeavesFrozenStagesAsTheyAre() throws {
    let part = try part(["frozen_stages": "2"])
    let before = try part.parameters.stateDictionary()
    try withTemporaryFolder { folder in
      try part.train(
        on: set, seeds: seeds(),
        in: TrainingEnvironment(stage: "train-expander", seed: 0, workDirectory: folder))
    }
    let after = try part.parameters.stateDictionary()
    for ((name, old), (_, new)) in zip(before, after) where name.contains("stage") {
      let isFrozen = name.contains("stage1.") || name.contains("stage2.")
      #expect((old == new) == isFrozen, "\(name)")
    }
  }

  @Test func cuesHaveTheGridOfTheNetwork() throws {
    let part = try part([:])
    #expect(part.gridSize == ImageSize(width: 9, height: 9))
    let cues = try part.cues(from: seed(0), of: set.image(0), id: set.ids[0])
    #expect(cues.size == part.gridSize && cues.classCount == set.classes.names.count)
    let logits = try withoutGradient { try part.network(Tensor.zeros([1, 3, 33, 33])) }
    #expect(logits.shape == [1, 4, 9, 9])
  }

  @Test func givenCuesReplaceTheSeeds() throws {
    try withTemporaryFolder { folder in
      let (path, list) = ("\(folder)/cues.pickle", "\(folder)/input_list.txt")
      let maker = try part([:])
      try LocalizationCueFile.write(set.ids, to: path, list: list) { id in
        let index = try #require(set.ids.firstIndex(of: id))
        return try maker.cues(from: seed(index), of: set.image(index), id: id)
      }
      let given = try part(["cues": path, "cue_list": list, "cue_grid": "9"])
      let records = given.supervision.filter { $0.kind == "cues" }
      #expect(records.map(\.source) == [path] && records[0].hash != nil)
      let made = try part([:])
      for (part, name) in [(given, "given"), (made, "made")] {
        try FileManager.default.createDirectory(
          atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
        try part.train(
          on: set, seeds: seeds(),
          in: TrainingEnvironment(stage: "test", seed: 1, workDirectory: "\(folder)/\(name)"))
      }
      #expect(try weights(given) == weights(made))
    }
  }

  @Test func oneTrainingExpandsAndSegments() throws {
    try withTemporaryFolder { folder in
      let part = try part(["crf": "false"])
      let environment = TrainingEnvironment(stage: "test", seed: 1, workDirectory: folder)
      try part.train(on: set, seeds: seeds(), in: environment)
      let image = try set.image(0)
      let mask = try part.segment(image, in: environment)
      #expect(mask.size == image.size)
      let pseudo = try part.expand(seed(0), in: image, environment: environment).labelMap
      let allowed = Set([0] + (try set.labels(0).indices.map(UInt8.init)))
      #expect(Set(pseudo.indices).isSubset(of: allowed))
    }
  }

  @Test func supervisionNamesEveryThreshold() throws {
    #expect(
      try part([:]).supervision.map(\.use) == [
        "SEC, share of background cues",
        "SEC, share of a CAM's maximum for foreground cues",
      ])
  }
}
