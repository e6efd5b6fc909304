import CoreAPI
import Essentials
public import Tensors

/// A recipe taken apart: data, three parts, intervention, evaluation.
struct ChainConfiguration {
  /// The name of the baseline in tables.
  let title: String
  /// The seed of initial weights and of all randomness.
  let seed: UInt64
  let data: DataConfiguration
  let seedGenerator: (entry: PluginRegistry.Entry<any SeedGenerator>, reader: ConfigurationReader)
  let expander: (entry: PluginRegistry.Entry<any Expander>, reader: ConfigurationReader)
  let segmenter: (entry: PluginRegistry.Entry<any Segmenter>, reader: ConfigurationReader)
  let intervention: InterventionConfiguration
  let interventionReader: ConfigurationReader
  /// The background score at which CAMs become masks for scoring, fixed in the recipe.
  let camThreshold: Double
  let options: RunOptions

  private let reader: ConfigurationReader

  init(_ recipe: Recipe, registry: PluginRegistry, overriding runtime: RuntimeOverrides) throws {
    reader = try recipe.reader()
    title = try reader.string("title")
    seed = UInt64(try reader.int("seed", default: 0, in: .atLeast(0)))
    data = try DataConfiguration(reader.section("data"))

    let seedReader = try reader.section("seed_generator")
    seedGenerator = (try registry.seedGenerator(seedReader.string("name")), seedReader)
    let expanderReader = try reader.section("expander")
    expander = (try registry.expander(expanderReader.string("name")), expanderReader)
    let segmenterReader = try reader.section("segmenter")
    segmenter = (try registry.segmenter(segmenterReader.string("name")), segmenterReader)

    interventionReader = try reader.section("intervention")
    intervention = try InterventionConfiguration(
      interventionReader, ports: seedGenerator.entry.ports)
    let known = seedGenerator.entry.ports.map(\.name)
    let unknown = intervention.ports.filter { !known.contains($0) }
    guard intervention.rounds == 0 || !intervention.hasContext || unknown.isEmpty else {
      throw InterventionError.missingPorts(
        generator: seedGenerator.entry.name, wanted: unknown, known: known)
    }

    let evaluation = try reader.section("evaluation")
    camThreshold = try evaluation.double("cam_threshold", default: 0.15, in: 0...1)
    try evaluation.finish()

    let section = try reader.section("runtime")
    let recipeThreads = try section.int("threads", default: 2, in: 1...1024)
    var options = RunOptions(
      threads: runtime.threads ?? recipeThreads,
      device: runtime.device ?? .cpu,
      precision: try section.choice("precision", default: RunOptions.Precision.float32),
      stepLimit: runtime.stepLimit,
      checkpointInterval: try section.double("checkpoint_interval", default: 30, in: .notNegative))
    options.processes = runtime.processes
    self.options = options
    try section.finish()
  }

  /// Whether expander and segmenter are of one plugin, which may train them as one.
  var namesOnePluginTwice: Bool { expander.entry.name == segmenter.entry.name }

  /// Refuses values of a segmenter that is the expander and has its values.
  ///
  /// - Throws: `ConfigurationError` for the first value besides the name.
  func checkSegmenterOfOneTraining() throws {
    let reader = segmenter.reader
    guard let key = reader.keys.first(where: { $0 != "name" }) else { return }
    throw reader.error(
      key,
      expected: "nothing but 'name' in 'segmenter': '\(expander.entry.name)' is trained once, as "
        + "expander and segmenter, with the values of 'expander'. Move it to "
        + "'\(expander.reader.fullKey(key))' or remove it")
  }

  /// Refuses names of the recipe that nothing read; call it after every part was built.
  func finish() throws { try reader.finish() }

  /// What a round depends on: the intervention without the number of rounds, so that more rounds
  /// continue a finished run.
  var interventionOfARound: ConfigurationNode {
    var node = interventionReader.resolved
    node["rounds"] = nil
    return node
  }

  /// What the confounder set depends on.
  var confounderConfiguration: ConfigurationNode {
    let resolved = interventionReader.resolved
    var node = ConfigurationNode(.section([]))
    for key in ["average", "prior", "mask_size"] { node[key] = resolved[key] }
    return node
  }

  /// Everything that was read, without paths.
  var resolvedWithoutPaths: ConfigurationNode { reader.resolvedWithoutPaths }

  /// The whole configuration as a recipe that reads the same from any folder: defaults filled in,
  /// absolute paths, and the number of threads in use.
  var resolved: ConfigurationNode {
    var node = reader.resolved
    node["runtime"]?["threads"] = ConfigurationNode(.scalar("\(options.threads)"))
    return node
  }
}

/// Settings of the command line that win over the recipe's.
public struct RuntimeOverrides: Sendable {
  /// The number of threads of tensor work.
  public var threads: Int?
  /// Where tensors live.
  public var device: Device?
  /// The number of steps after which every training stops early.
  public var stepLimit: Int?
  /// The processes that share the batches of trainings, nil for one process.
  public var processes: ProcessGroup?

  /// Creates overrides.
  ///
  /// - Parameters:
  ///   - threads: The number of threads of tensor work.
  ///   - device: Where tensors live.
  ///   - stepLimit: The number of steps after which every training stops early.
  ///   - processes: The processes that share the batches of trainings.
  public init(
    threads: Int? = nil, device: Device? = nil, stepLimit: Int? = nil,
    processes: ProcessGroup? = nil
  ) {
    self.threads = threads
    self.device = device
    self.stepLimit = stepLimit
    self.processes = processes
  }
}
