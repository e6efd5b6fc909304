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

  /// VGG-16's pools round up: 18 pixels are 4 cells, where a stride of 8 would give 3.
  @Test func theGridIsThatOfTheNetworkWhereItsPoolsRoundUp() throws {
    let part = try part(["backbone": "vgg16", "input_size": "18"])
    let logits = try withoutGradient { try part.network(Tensor.zeros([1, 3, 18, 18])) }
    #expect(logits.shape == [1, 4, 4, 4])
    #expect(part.gridSize == ImageSize(width: 4, height: 4))
    let cues = try part.cues(from: seed(0), of: set.image(0), id: set.ids[0])
    #expect(cues.size == part.gridSize)
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

  @Test func givenCuesAreReadBeforeAnyWork() throws {
    try withTemporaryFolder { folder in
      let (path, list) = ("\(folder)/cues.pickle", "\(folder)/input_list.txt")
      let maker = try part([:])
      try LocalizationCueFile.write(Array(set.ids.dropLast()), to: path, list: list) { id in
        let index = try #require(set.ids.firstIndex(of: id))
        return try maker.cues(from: seed(index), of: set.image(index), id: id)
      }
      func check(_ grid: String) throws {
        let part = try part(["cues": path, "cue_list": list, "cue_grid": grid])
        #expect(part.givenCues == path)
        try part.checkTrainingFiles(for: set)
      }
      expectMessage(
        "'\(list)' does not list image '\(set.ids[set.count - 1])'. Name the list that belongs to "
          + "the cues."
      ) { try check("9") }
      #expect(
        message { try check("5") }.contains("Expected classes 0 through 3 on a grid of 5×5; "))
      try Data([0x1F, 0x8B, 8, 0]).write(to: URL(fileURLWithPath: path))
      expectMessage(
        "The pickle '\(path)' uses gzip compression, which is not read here. Decompress it with "
          + "gunzip."
      ) { try check("9") }
    }
    #expect(try part([:]).givenCues == nil)
  }

  /// Torchvision's file has no fc6 and fc7 of SEC's shape.
  @Test func aTrainingSaysWhichLayersBeginAtRandom() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/vgg16.safetensors"
      let values = ["backbone": "vgg16", "input_size": "16", "steps": "1"]
      try Safetensors.write(
        try part(values).parameters.stateDictionary().filter { $0.0.hasPrefix("features.") },
        to: path)
      let learner = try part(values.merging(["weights": path]) { $1 })
      let notes = RecordedNotes()
      try learner.train(
        on: set, seeds: seeds(),
        in: TrainingEnvironment(
          stage: "test", seed: 1, workDirectory: folder, progress: notes))
      #expect(
        notes.lines.first
          == "SEC: the layers fc6, fc7 begin with random weights, because '\(path)' has no fc6 and "
          + "fc7 of their shape. Caffe's 'vgg16_20M' has them.")
    }
  }

  @Test func behindAnotherExpanderThereAreNoCues() throws {
    var registry = PluginRegistry()
    try SECPlugin.register(in: &registry)
    let values = ["backbone": "tiny", "batch_size": "4", "input_size": "33", "head_width": "16"]
    let context = PartContext(classes: set.classes, seed: 1)
    let part = try registry.segmenter(SECPlugin.name).make(
      ConfigurationReader(section: values), context)
    #expect(part.supervision.isEmpty && part.samplesPerStep == 4)
    for key in ["background", "background_batch_size", "foreground_threshold", "cues"] {
      let text = message {
        _ = try registry.segmenter(SECPlugin.name).make(
          ConfigurationReader(section: values.merging([key: "2"]) { $1 }), context)
      }
      #expect(text.hasPrefix("built-in configuration: Unknown key 'part.\(key)'."), "\(key)")
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
