public import CoreAPI
import Imaging
public import Testing

/// Records a failure for everything a registered expander does against its contract.
///
/// Used as ``checkSeedGeneratorContract(_:from:configuration:sourceLocation:)``.
///
/// - Parameters:
///   - name: The name that recipes use.
///   - register: Registers the plugin.
///   - configuration: The values of its section; `"[1, 0.5]"` is a list.
///   - sourceLocation: Where a failure is shown.
/// - Throws: An error if the plugin cannot be registered or refuses the configuration.
public func checkExpanderContract(
  _ name: String, from register: (inout PluginRegistry) throws -> Void,
  configuration: [String: String] = [:], sourceLocation: SourceLocation = #_sourceLocation
) throws {
  var registry = PluginRegistry()
  try register(&registry)
  let entry = try registry.expander(name)
  let make = { (part: PartContext) in
    try entry.make(ConfigurationReader(section: configuration, path: "contract"), part)
  }
  _ = try make(ContractSurroundings.part())

  let scenes = ContractSurroundings.scenes
  let seeds = ContractSeeds(scenes: scenes)
  let surroundings = ContractSurroundings()
  defer { surroundings.remove() }
  var report = ContractReport()
  let subject = ContractSubject<any Expander>(
    make: make, train: { try $0.train(on: scenes.trainingSet, seeds: seeds, in: $1) },
    outputs: { expander, environment in
      try scenes.trainingSet.ids.map { id in
        try expander.expand(
          seeds.seed(of: id), in: scenes.image(of: id), id: id, environment: environment
        ).labelMap.indices.map(Float.init)
      }
    })
  subject.checkTraining(&report, in: surroundings) { $0.parameters }
  report.group("Expanding") { report in
    let expander = try make(ContractSurroundings.part())
    let environment = try surroundings.environment("masks")
    for id in scenes.trainingSet.ids {
      let image = try scenes.image(of: id)
      let size = image.size.strided(by: 4)
      let nothing = Seed(
        fullResolution: ClassActivationMap(
          classes: [], height: image.height, width: image.width, scores: []),
        quarterResolution: ClassActivationMap(
          classes: [], height: size.height, width: size.width, scores: []))
      for seed in [try seeds.seed(of: id), nothing] {
        let mask = try expander.expand(seed, in: image, id: id, environment: environment)
          .labelMap
        report.require(
          mask.size == image.size,
          "A pseudo-mask has \(mask.width)×\(mask.height) pixels, "
            + "its image \(image.width)×\(image.height).")
        let allowed = Set([0, LabelMap.ignoreIndex] + seed.fullResolution.classes.map(UInt8.init))
        report.require(
          Set(mask.indices).isSubset(of: allowed),
          "A pseudo-mask has the classes \(Set(mask.indices).subtracting(allowed).sorted()), "
            + "which its seed does not have.")
      }
    }
  }
  report.record(part: "Expander '\(name)'", sourceLocation: sourceLocation)
}
