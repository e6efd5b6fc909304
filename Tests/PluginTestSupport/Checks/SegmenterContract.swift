public import CoreAPI
import Imaging
import TensorFiles
import Tensors
public import Testing

/// Records a failure for everything a registered segmenter does against its contract.
///
/// Used as ``checkSeedGeneratorContract(_:from:configuration:sourceLocation:)``.
///
/// - Parameters:
///   - name: The name that recipes use.
///   - register: Registers the plugin.
///   - configuration: The values of its section; `"[1, 0.5]"` is a list.
///   - sourceLocation: Where a failure is shown.
/// - Throws: An error if the plugin cannot be registered or refuses the configuration.
public func checkSegmenterContract(
  _ name: String, from register: (inout PluginRegistry) throws -> Void,
  configuration: [String: String] = [:], sourceLocation: SourceLocation = #_sourceLocation
) throws {
  var registry = PluginRegistry()
  try register(&registry)
  let entry = try registry.segmenter(name)
  let make = { (part: PartContext) in
    try entry.make(ConfigurationReader(section: configuration, path: "contract"), part)
  }
  _ = try make(ContractSurroundings.part())

  let scenes = ContractSurroundings.scenes
  let surroundings = ContractSurroundings()
  defer { surroundings.remove() }
  var report = ContractReport()
  let subject = ContractSubject<any Segmenter>(
    make: make,
    train: {
      try $0.train(on: scenes.trainingSet, pseudoMasks: ContractMasks(scenes: scenes), in: $1)
    },
    outputs: { segmenter, environment in
      try scenes.trainingSet.ids.map { id in
        try segmenter.segment(scenes.image(of: id), id: id, in: environment)
          .indices.map(Float.init)
      }
    })
  subject.checkTraining(&report, in: surroundings) { $0.parameters }

  report.group("Segmenting") { report in
    let segmenter = try make(ContractSurroundings.part())
    let environment = try surroundings.environment("masks")
    for id in scenes.trainingSet.ids {
      let image = try scenes.image(of: id)
      let mask = try segmenter.segment(image, id: id, in: environment)
      report.require(
        mask.size == image.size,
        "A mask has \(mask.width)×\(mask.height) pixels, its image \(image.width)×\(image.height).")
      report.require(
        mask.indices.allSatisfy { Int($0) < scenes.classes.names.count },
        "A mask has the classes \(Set(mask.indices).sorted()); 0 through 3 are allowed.")
    }
  }

  // Ignored pixels act like no class: with any class in their place the training ends elsewhere,
  // unless nothing is trained.
  report.group("Ignoring pixels") { report in
    guard try !make(ContractSurroundings.part()).parameters.parameters.isEmpty else { return }
    func weights(_ index: UInt8, _ folder: String) throws -> [[Float]] {
      let segmenter = try make(ContractSurroundings.part())
      try segmenter.train(
        on: scenes.trainingSet, pseudoMasks: ContractMasks(scenes: scenes, indexOnBlocks: index),
        in: surroundings.environment(folder, stepLimit: 1))
      return try segmenter.parameters.stateDictionary().map { $0.1.floats() }
    }
    let ignoring = try weights(LabelMap.ignoreIndex, "ignored")
    for index in scenes.classes.names.indices {
      report.require(
        try weights(UInt8(index), "class \(index)") != ignoring,
        "Ignored pixels are trained on as if they were of class \(index).")
    }
  }
  report.record(part: "Segmenter '\(name)'", sourceLocation: sourceLocation)
}
