import CoreAPI
import Foundation
import Imaging
import Networks
import PluginTestSupport
import SharedTestSupport
import Tensors
import Testing

@Suite(.serialized) struct BackgroundCuesTests {
  private let size = ImageSize(width: 5, height: 5)
  private let cam = ClassActivationMap(
    classes: [1], height: 5, width: 5, scores: (0..<25).map { Float($0) / 24 })
  private let part = PartContext(classes: ContractScenes().classes, seed: 3)

  private func configuration(_ values: [String: String]) throws -> BackgroundCueConfiguration {
    let section = ConfigurationNode(
      .section(
        values.sorted { $0.key < $1.key }.map {
          .init(key: $0.key, node: ConfigurationNode(.scalar($0.value)))
        }))
    return try BackgroundCueConfiguration(
      ConfigurationReader(section, path: "part"), input: .imageNet)
  }

  private func cues(
    _ values: [String: String], backbone: BackboneKind = .tiny
  ) throws -> BackgroundCues {
    try BackgroundCues(
      configuration(values), backbone: backbone,
      inputSize: ImageSize(width: 33, height: 33), part: part, use: "test")
  }

  @Test func defaultsAreSECs() throws {
    let c = try configuration([:])
    #expect(c.source == .gradient && c.share == 0.1 && c.headWidth == 1024)
    #expect(c.rate == 1e-3 && c.momentum == 0.9 && c.weightDecay == 5e-4)
    #expect(c.input == .imageNet)
    #expect(try configuration(["background_input": "caffe"]).input == .caffe)
  }

  @Test func mapsAndTheirFolderBelongTogether() throws {
    expectMessage(
      "built-in configuration: 'part.background_maps' is missing. "
        + "Expected a folder of saliency maps, which 'background: maps' needs. "
        + "Add it to the recipe or pass 'part.background_maps=…' on the command line."
    ) { _ = try configuration(["background": "maps"]) }
    expectMessage(
      "built-in configuration: 'part.background_maps' is 'drfi'. "
        + "Expected no folder unless 'background' is 'maps'."
    ) { _ = try configuration(["background_maps": "drfi"]) }
  }

  @Test func momentumIsBelowOne() throws {
    expectMessage(
      "built-in configuration: 'part.background_momentum' is '1'. "
        + "Expected a number of at least 0 and below 1."
    ) { _ = try configuration(["background_momentum": "1"]) }
  }

  @Test func activationMarksTheLowestCells() throws {
    let cues = try cues(["background": "activation", "background_share": "0.2"])
    let image = RGBImage(width: 20, height: 20, red: 0, green: 0, blue: 0)
    let cells = try cues.cells(of: image, id: "a", cam: cam, size: size)
    #expect(cells.enumerated().filter(\.element).map(\.offset) == [0, 1, 2, 3, 4])
    #expect(cues.batchSizes.isEmpty)
    #expect(cues.supervision.map(\.kind) == ["threshold"])
  }

  @Test func mapsMarkDarkCells() throws {
    try withTemporaryFolder { folder in
      var map = RGBImage(width: 9, height: 9, red: 200, green: 200, blue: 200)
      for i in 0..<27 { map.pixels[i] = 3 }
      try map.writePNG(to: "\(folder)/a.png")
      let cues = try cues(["background": "maps", "background_maps": folder])
      let cells = try cues.cells(of: map, id: "a", cam: cam, size: size)
      #expect(cells.enumerated().filter(\.element).map(\.offset) == [0, 1, 2, 3, 4])
      let record = try #require(cues.supervision.first)
      #expect(record.kind == "saliency maps" && record.source == folder)
      let hash = try #require(record.hash)
      map.pixels[0] = 4
      try map.writePNG(to: "\(folder)/a.png")
      let changed = try self.cues(["background": "maps", "background_maps": folder])
      #expect(changed.supervision.first?.hash != hash)
    }
  }

  @Test func missingMapIsNamedBeforeAnyWork() throws {
    let set = ContractScenes().trainingSet
    try withTemporaryFolder { folder in
      let cues = try cues(["background": "maps", "background_maps": folder])
      let image = RGBImage(width: 9, height: 9, red: 0, green: 0, blue: 0)
      try image.writePNG(to: "\(folder)/\(set.ids[0]).png")
      expectMessage(
        "There is no saliency map '\(folder)/\(set.ids[1]).png'. Expected a PNG for every training "
          + "image, here for '\(set.ids[1])'. Check 'background_maps', or choose 'background: "
          + "gradient'."
      ) { try cues.checkFiles(for: set) }
      for id in set.ids { try image.writePNG(to: "\(folder)/\(id).png") }
      try cues.checkFiles(for: set)
      try self.cues([:]).checkFiles(for: set)
    }
  }

  @Test func gradientsAreTakenAtTheInnerMapOnly() throws {
    let network = try SaliencyNetwork(.tiny, width: 8, part: part)
    let image = PlanarImage(
      channels: 3, height: 33, width: 41,
      planes: (0..<3 * 33 * 41).map { Float($0 % 17) / 8 - 1 })
    let saliency = try network.saliency(of: image)
    #expect(saliency.size == ImageSize(width: 6, height: 5))
    #expect(saliency.planes.allSatisfy { $0 >= 0 && $0.isFinite })
    #expect(saliency.planes.contains { $0 > 0 })
    #expect(network.parameters.parameters.allSatisfy { $0.value.gradient == nil })
    #expect(network.parameters.parameters.contains { $0.isTrainable })
    #expect(try withoutGradient { try network.saliency(of: image) } == saliency)
  }

  @Test func frozenStagesGetNoGradientAndSaliencyPassesThem() throws {
    let network = try SaliencyNetwork(.tiny, width: 8, frozenStages: 5, part: part)
    let images = try Tensor.normal([2, 3, 32, 32], seed: 1)
    try network.logits(images, sampleSeeds: [1, 2]).sum().backward()
    for parameter in network.parameters.parameters where parameter.isTrainable {
      let isFrozen = parameter.name.hasPrefix("tiny.")
      #expect((parameter.value.gradient == nil) == isFrozen, "\(parameter.name)")
    }
    let image = PlanarImage(
      channels: 3, height: 33, width: 33,
      planes: (0..<3 * 33 * 33).map { Float($0 % 17) / 8 - 1 })
    #expect(try network.saliency(of: image).planes.contains { $0 > 0 })
  }

  @Test func aClassifierThatNeedsWeightsAndHasNoneSaysSo() throws {
    let set = ContractScenes().trainingSet
    let values = ["background_batch_size": "4", "background_epochs": "1"]
    for (backbone, lines) in [
      (BackboneKind.tiny, []),
      (
        .mobileNetV2,
        [
          "The classifier of the background cues begins with random weights. If that is not meant, "
            + "name a file of pretrained ones as 'background_weights' in the section of its part."
        ]
      ),
    ] {
      try withTemporaryFolder { folder in
        let notes = RecordedNotes()
        try cues(values, backbone: backbone).train(
          on: set,
          in: TrainingEnvironment(stage: "test", seed: 1, workDirectory: folder, progress: notes))
        #expect(notes.lines == lines)
      }
    }
  }

  @Test func trainingChangesTheCuesAndIsRepeatable() throws {
    let values = [
      "background_batch_size": "4", "background_epochs": "2", "background_head_width": "8",
      "background_rate": "0.01", "background_share": "0.3",
    ]
    let set = ContractScenes().trainingSet
    func cells(stepLimit: Int) throws -> [[Bool]] {
      try withTemporaryFolder { folder in
        let cues = try cues(values)
        let environment = TrainingEnvironment(
          stage: "test", seed: 1, workDirectory: folder, stepLimit: stepLimit)
        #expect(cues.stepCount(for: set.count, in: environment) == stepLimit)
        try cues.train(on: set, in: environment)
        return try set.ids.indices.map {
          try cues.cells(of: set.image($0), id: set.ids[$0], cam: cam, size: size)
        }
      }
    }
    let trained = try cells(stepLimit: 4)
    #expect(try cells(stepLimit: 4) == trained)
    #expect(try cells(stepLimit: 1) != trained)
  }
}
