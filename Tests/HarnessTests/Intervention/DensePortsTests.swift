import BuiltinPlugins
import CoreAPI
import Imaging
import PluginTestSupport
import SharedTestSupport
import TensorFiles
import Tensors
import Testing

@testable import Harness

/// `ports: [dense]`: the context enters at all ports of the classifier together.
@Suite(.serialized) struct DensePortsTests {
  private func configuration(
    _ ports: [String], known: [ContextPort] = [.block2, .block3, .block4, .block5]
  ) throws -> InterventionConfiguration {
    try InterventionConfiguration(
      ConfigurationReader(
        section: ["ports": "[\(ports.joined(separator: ", "))]", "mask_size": "6"],
        path: "intervention"), ports: known)
  }

  // MARK: - In the recipe

  @Test func denseStandsForThePortsOfTheGenerator() throws {
    let all = try configuration(["dense"])
    #expect(all.ports == ["block2", "block3", "block4", "block5"])
    #expect(try configuration(all.ports) == all)
    #expect(all.summary.contains(" at block2+block3+block4+block5, "))
    #expect(try configuration(["dense"], known: [.block4, .block5]).ports == ["block4", "block5"])
  }

  @Test func denseStandsAlone() {
    expectMessage(
      "built-in configuration: 'intervention.ports' is a list. Expected 'dense' alone, or names of "
        + "ports without it."
    ) { _ = try configuration(["dense", "block5"]) }
  }

  @Test func aChainTakesDenseFromItsGenerator() throws {
    let run = try ChainRun(ChainRun.minimalPlugins())
    let dense = "intervention={rounds: 1, mask_size: 8, ports: [dense]}"
    #expect(try run.chain([dense]).configuration.intervention.ports == ["block5"])
    var registry = try BuiltinPlugins.registry()
    try registry.registerExpander("minimal", summary: "") { _, part in try MinimalExpander(part) }
    try registry.registerSegmenter("minimal", summary: "") { _, part in try MinimalSegmenter(part) }
    // A generator without a port refuses it as any other port.
    expectMessage(
      "The seed generator 'external' has no context ports, so the intervention cannot act on it. "
        + "Set intervention.rounds to 0 or use another seed generator."
    ) {
      _ = try ChainRun(registry).chain([
        dense, "seed_generator={name: external, folder: nowhere}",
      ])
    }
  }

  // MARK: - In a training

  private static let values = [
    "backbone": "tiny", "batch_size": "4", "epochs": "1", "crop_size": "32",
    "shortest_long_side": "32", "longest_long_side": "48", "rate": "0.01",
    "head_rate_multiplier": "1",
  ]
  private static let sections = [
    "sec": ["head_width": "16", "input_size": "33"],
    "dsrg": ["head_width": "16", "input_size": "33"],
    "seam": ["small_scale": "0.5", "scales": "[1]"], "irnet": ["scales": "[1]"],
  ]

  @Test(arguments: ["sec", "dsrg", "seam", "irnet"])
  func aClassifierLearnsThroughAllPortsAtOnce(name: String) throws {
    let scenes = ContractScenes()
    let set = scenes.trainingSet
    let entry = try BuiltinPlugins.registry().seedGenerator(name)
    let context = try doOperator(
      configuration(["dense"], known: entry.ports), on: set)
    let generator = try entry.make(
      ConfigurationReader(section: Self.values.merging(Self.sections[name] ?? [:]) { $1 }),
      PartContext(classes: set.classes, seed: 1, context: context))
    try context.checkPorts()
    let store = try #require(context.parameters)
    let before = Dictionary(uniqueKeysWithValues: try store.stateDictionary())
    for port in ["block2", "block3", "block4", "block5"] {
      #expect(before["fusion.\(port).weight"] != nil, "\(port)")
    }
    try withTemporaryFolder { folder in
      let environment = TrainingEnvironment(
        stage: "test", seed: 1, workDirectory: folder, stepLimit: 2)
      try generator.train(on: set, in: environment)
      for (name, values) in try store.stateDictionary() {
        #expect(values.floats().allSatisfy { $0.isFinite }, "\(name)")
        #expect(values != before[name], "\(name) did not learn")
      }
      let image = try set.image(0)
      let seed = try generator.seed(
        for: image, id: set.ids[0], labels: set.labels(0), in: environment)
      #expect(seed.fullResolution.scores.allSatisfy { $0.isFinite })
    }
  }

  /// The do-operator of masks that show every class somewhere else.
  private func doOperator(
    _ configuration: InterventionConfiguration, on set: TrainingSet
  ) throws -> DoOperator {
    var masks: [String: LabelMap] = [:]
    var accumulator = ConfounderSet.Accumulator(
      classCount: set.classes.foregroundCount, size: configuration.maskSize)
    for (index, id) in set.ids.enumerated() {
      let mask = LabelMap(
        width: 12, height: 12, indices: (0..<144).map { UInt8(($0 / 36 + index) % 4) })
      masks[id] = mask
      accumulator.add(mask)
    }
    return try DoOperator(
      configuration: configuration,
      confounders: accumulator.confounders(average: .imagesWithClass, prior: .uniform),
      masks: masks, seed: 5, device: .cpu)
  }
}
