public import CoreAPI
import Imaging
import Tensors
public import Testing

/// Records a failure for everything a registered seed generator does against its contract.
///
///     @Test func keepsTheContract() throws {
///       try checkSeedGeneratorContract(
///         "mine", from: MyPlugin.register, configuration: ["batch_size": "4", "crop_size": "32"])
///     }
///
/// It trains for four steps on eight images of 54×37 pixels at most: choose a small network, a batch
/// of at most 8 and a length of at least four steps.
///
/// - Parameters:
///   - name: The name that recipes use.
///   - register: Registers the plugin.
///   - configuration: The values of its section; `"[1, 0.5]"` is a list.
///   - sourceLocation: Where a failure is shown.
/// - Throws: An error if the plugin cannot be registered or refuses the configuration.
public func checkSeedGeneratorContract(
  _ name: String, from register: (inout PluginRegistry) throws -> Void,
  configuration: [String: String] = [:], sourceLocation: SourceLocation = #_sourceLocation
) throws {
  var registry = PluginRegistry()
  try register(&registry)
  let entry = try registry.seedGenerator(name)
  let check = SeedGeneratorCheck(ports: entry.ports) {
    try entry.make(ConfigurationReader(section: configuration, path: "contract"), $0)
  }
  _ = try check.make(ContractSurroundings.part())
  check.report().record(part: "Seed generator '\(name)'", sourceLocation: sourceLocation)
}

/// The requirements of ``SeedGenerator`` and of ``Context`` on a classifier.
private struct SeedGeneratorCheck {
  let ports: [ContextPort]
  let make: (PartContext) throws -> any SeedGenerator

  private var scenes: ContractScenes { ContractSurroundings.scenes }

  func report() -> ContractReport {
    var report = ContractReport()
    let surroundings = ContractSurroundings()
    defer { surroundings.remove() }
    report.group("Making seeds") { try checkSeeds(&$0, in: surroundings) }
    let subject = ContractSubject<any SeedGenerator>(
      make: make, train: { try $0.train(on: scenes.trainingSet, in: $1) }, outputs: outputs)
    subject.checkTraining(&report, in: surroundings) { $0.parameters }
    report.group("The ports") { try checkPorts(&$0, in: surroundings) }
    return report
  }

  /// The scores of all scenes, both resolutions.
  private func outputs(
    _ generator: any SeedGenerator, _ environment: TrainingEnvironment
  ) throws -> [[Float]] {
    try scenes.trainingSet.ids.flatMap { id in
      let seed = try generator.seed(
        for: scenes.image(of: id), id: id, labels: scenes.labels(of: id), in: environment)
      return [seed.fullResolution.scores, seed.quarterResolution.scores]
    }
  }

  private func checkSeeds(
    _ report: inout ContractReport, in surroundings: ContractSurroundings
  ) throws {
    let generator = try make(ContractSurroundings.part())
    let environment = try surroundings.environment("seeds")
    let all = ImageLabels(indices: scenes.classes.foreground, foregroundCount: 3)
    let none = ImageLabels(indices: [], foregroundCount: 3)
    for id in scenes.trainingSet.ids {
      let image = try scenes.image(of: id)
      for labels in [try scenes.labels(of: id), all, none] {
        let seed = try generator.seed(for: image, id: id, labels: labels, in: environment)
        report.require(
          seed.fullResolution.classes == labels.indices,
          "A seed has the classes \(seed.fullResolution.classes), the labels \(labels.indices).")
        let quarter = image.size.strided(by: 4)
        for (map, size) in [(seed.fullResolution, image.size), (seed.quarterResolution, quarter)] {
          report.require(
            map.width == size.width && map.height == size.height,
            "A map has \(map.width)×\(map.height) pixels, \(size.width)×\(size.height) are due.")
          report.require(map.scores.allSatisfy(\.isFinite), "A score is not finite.")
          report.require(
            map.scores.allSatisfy { !$0.isFinite || (0...1).contains($0) },
            "A score is outside of 0...1.")
        }
      }
    }
  }

  private func checkPorts(
    _ report: inout ContractReport, in surroundings: ContractSurroundings
  ) throws {
    let baseline = try make(ContractSurroundings.part())
    let initial = try outputs(baseline, surroundings.environment("baseline"))
    try baseline.train(on: scenes.trainingSet, in: surroundings.environment("baseline"))
    let trained = try outputs(baseline, surroundings.environment("baseline"))

    let watching = TestContext()
    let watched = try make(ContractSurroundings.part(context: watching))
    report.require(
      try outputs(watched, surroundings.environment("watched")) == initial,
      "A context that changes nothing changes the seeds.")
    requireVisits(watching, "in making seeds", &report)
    watching.forgetVisits()
    try watched.train(on: scenes.trainingSet, in: surroundings.environment("watched"))
    requireVisits(watching, "in training", &report)
    report.require(
      try outputs(watched, surroundings.environment("watched")) == trained,
      "A context that changes nothing changes the training.")
    let declared = watching.declared.map(\.port)
    report.require(
      declared.isEmpty == ports.isEmpty, "The registered ports \(ports) are never declared.")
    report.require(
      declared.allSatisfy(ports.contains),
      "The ports \(declared.filter { !ports.contains($0) }) are declared but not registered.")
    let known = Set(scenes.trainingSet.ids)
    report.require(
      watching.batches.allSatisfy { $0.ids.allSatisfy(known.contains) },
      "The context is asked for a sample that the training set does not have.")

    for port in declared {
      try checkIntervention(at: port, baseline: initial, &report, in: surroundings)
    }
    guard let last = declared.last else { return }
    func gain(_ stepLimits: [Int], _ folder: String) throws -> [Float]? {
      var context = TestContext()
      for stepLimit in stepLimits {
        context = TestContext(activeAt: last)
        try make(ContractSurroundings.part(context: context)).train(
          on: scenes.trainingSet, in: surroundings.environment(folder, stepLimit: stepLimit))
      }
      return try context.parameters?.parameters.first?.value.floats()
    }
    let steps = ContractSurroundings.steps
    report.require(
      try gain([steps], "context whole") == gain([steps / 2, steps], "context resumed"),
      "A training that stopped halfway and went on ends with other context parameters.")
    let widening = TestContext(activeAt: last, widens: true)
    report.group("A context that widens port '\(last)'") { _ in
      let generator = try make(ContractSurroundings.part(context: widening))
      _ = try outputs(generator, surroundings.environment("widened"))
    }
  }

  private func checkIntervention(
    at port: ContextPort, baseline: [[Float]], _ report: inout ContractReport,
    in surroundings: ContractSurroundings
  ) throws {
    let context = TestContext(activeAt: port)
    let environment = try surroundings.environment("intervention at \(port)", stepLimit: 1)
    let generator = try make(ContractSurroundings.part(context: context))
    report.require(
      try outputs(generator, environment) != baseline,
      "A context at port '\(port)' leaves the seeds as they are.")
    let gain = context.parameters?.parameters.first
    let before = try gain?.value.floats()
    try generator.train(on: scenes.trainingSet, in: environment)
    let gradient = try gain?.value.gradient?.norm().item() ?? 0
    report.require(
      gradient.isFinite && gradient > 0,
      "No gradient reaches the parameters of a context at port '\(port)'.")
    report.require(
      try gain?.value.floats() != before,
      "Training leaves the parameters of a context at port '\(port)' as they are.")
  }

  private func requireVisits(
    _ context: TestContext, _ moment: String, _ report: inout ContractReport
  ) {
    for violation in context.violations.sorted() { report.require(false, violation) }
    for port in context.declared.map(\.port) {
      report.require(
        context.visited.contains(port), "No features pass through port '\(port)' \(moment).")
    }
  }
}
