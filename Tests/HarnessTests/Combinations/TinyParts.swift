import BuiltinPlugins
import CoreAPI
import Datasets
import Foundation
import Harness
import Imaging
import SharedTestSupport

/// Every registered part with values that let it run in a moment.
///
/// The values are those of the recipes in `recipes/tiny`; a new plugin brings one. Only 'none', which
/// needs no values, and 'external', whose files are written here, the true masks of the world, have
/// no recipe.
struct TinyParts {
  /// The roles, as recipes call them.
  static let roles = ["seed_generator", "expander", "segmenter"]

  let registry: PluginRegistry
  /// The names of each role, in the order of their registration.
  let names: [[String]]
  private let sections: [[String: ConfigurationNode]]
  private let folder: TemporaryFolder
  private let world: ContextWorld

  init() throws {
    registry = try BuiltinPlugins.registry()
    names = [
      registry.seedGenerators.map(\.name), registry.expanders.map(\.name),
      registry.segmenters.map(\.name),
    ]
    folder = try TemporaryFolder()
    world = try ContextWorld(
      ContextWorld.Configuration(width: 48, height: 48, trainingCount: 16, testCount: 4))
    for split in ["train", "val"] {
      for id in try world.sampleIDs(in: split) {
        try world.groundTruth(of: id).write(to: "\(folder.path)/masks/\(id).png")
      }
    }
    var sections = [[String: ConfigurationNode]](repeating: [:], count: Self.roles.count)
    for recipe in try Self.recipes() {
      for (index, role) in Self.roles.enumerated() {
        // A section of nothing but a name is that of a segmenter whose values its expander has.
        guard let section = recipe.root[role], case .scalar(let name)? = section["name"]?.value,
          section.keys.count > 1
        else { continue }
        sections[index][name] = section
      }
    }
    for index in sections.indices {
      sections[index]["external"] = Self.section([
        ("name", "external"), ("folder", "\(folder.path)/masks"),
      ])
      sections[index]["none"] = Self.section([("name", "none")])
    }
    self.sections = sections
  }

  /// The run directory that all runs share, so that each stage is computed once.
  var directory: String { "\(folder.path)/run" }

  /// The registered names without values, as "role name".
  var missing: [String] {
    Self.roles.indices.flatMap { role in
      names[role].filter { sections[role][$0] == nil }.map { "\(Self.roles[role]) \($0)" }
    }
  }

  /// Whether a run with a number of rounds is possible: all parts have values, and the intervention
  /// has ports.
  func isPossible(_ run: [Int]) -> Bool {
    let hasValues = Self.roles.indices.allSatisfy { sections[$0][names[$0][run[$0]]] != nil }
    return hasValues && (run[3] == 0 || !registry.seedGenerators[run[0]].ports.isEmpty)
  }

  /// Returns the recipe of a run.
  ///
  /// - Parameter run: The positions in ``names``, then the number of rounds.
  /// - Returns: The recipe.
  /// - Throws: An error of the recipe or of the expander.
  func recipe(of run: [Int]) throws -> Recipe {
    var root = Self.section([("title", title(of: run))])
    root["data"] = Self.section([
      ("kind", "contextworld"), ("width", "48"), ("height", "48"), ("training_images", "16"),
      ("test_images", "4"),
    ])
    for (index, role) in Self.roles.enumerated() {
      root[role] = sections[index][names[index][run[index]]]
    }
    if try hasOneTraining(run) {
      root["segmenter"] = Self.section([("name", names[2][run[2]])])
    }
    root["intervention"] = Self.section([("rounds", "\(run[3])"), ("mask_size", "8")])
    root["runtime"] = Self.section([("threads", "1")])
    return try Recipe(text: root.canonicalText, name: "tiny recipe")
  }

  /// A run's parts in words.
  func title(of run: [Int]) -> String {
    Self.roles.indices.map { names[$0][run[$0]] }.joined(separator: " → ")
      + (run[3] > 0 ? " + CONTA" : "")
  }

  /// Whether one part is the expander and the segmenter of a run.
  private func hasOneTraining(_ run: [Int]) throws -> Bool {
    let name = names[1][run[1]]
    guard name == names[2][run[2]], let section = sections[1][name] else { return false }
    let reader = try ConfigurationReader(section, path: "expander")
    _ = try reader.string("name")
    let part = try registry.expander(name).make(
      reader, PartContext(classes: world.classes, seed: 0))
    return part is any ExpandingSegmenter
  }

  private static func section(_ values: [(String, String)]) -> ConfigurationNode {
    ConfigurationNode(
      .section(values.map { .init(key: $0, node: ConfigurationNode(.scalar($1))) }))
  }

  private static func recipes() throws -> [Recipe] {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { root.deleteLastPathComponent() }
    let folder = root.appendingPathComponent("recipes/tiny").path
    return try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".yaml") }.sorted().map { try Recipe(path: "\(folder)/\($0)") }
  }
}
