import CoreAPI
import Essentials
import Foundation
import Harness
import PluginTestSupport
import SharedTestSupport
import Testing

/// A run of a recipe that is written in the test, in a folder that disappears with it.
final class ChainRun {
  private let folder: TemporaryFolder
  private let registry: PluginRegistry
  /// The run directory.
  let path: String

  init(_ registry: PluginRegistry) throws {
    self.registry = registry
    folder = try TemporaryFolder()
    path = "\(folder.path)/run"
  }

  /// A registry with the smallest plugins, all named "minimal".
  static func minimalPlugins() throws -> PluginRegistry {
    var registry = PluginRegistry()
    try registry.registerSeedGenerator("minimal", summary: "", ports: [.block5]) { _, part in
      try MinimalSeedGenerator(part)
    }
    try registry.registerExpander("minimal", summary: "") { _, part in try MinimalExpander(part) }
    try registry.registerSegmenter("minimal", summary: "") { _, part in try MinimalSegmenter(part) }
    return registry
  }

  /// The recipe of the smallest plugins on a tiny world, without the intervention.
  static let recipe = """
    title: Test
    data: {kind: contextworld, width: 48, height: 48, training_images: 8, test_images: 4}
    seed_generator: {name: minimal}
    expander: {name: minimal}
    segmenter: {name: minimal}
    intervention: {rounds: 0, mask_size: 8}
    runtime: {threads: 2}
    """

  /// Reads the recipe and checks it, as every run begins.
  ///
  /// Its folder is that of the run unless another one is given.
  func chain(
    _ overrides: [String] = [], directory: String? = nil, cache: String? = nil
  ) throws -> Chain {
    try Chain(
      recipe: Recipe(text: Self.recipe, name: "recipe", overrides: overrides), registry: registry,
      directory: directory ?? path, cache: cache)
  }

  @discardableResult func finish(_ overrides: [String] = []) throws -> ChainReport {
    try chain(overrides).run()
  }

  /// The stages that were computed, not found, in their order.
  func computed() throws -> [String] {
    try StageEventLog(path: "\(path)/events.jsonl").events().filter { $0.event == .finished }
      .map(\.stage)
  }

  /// Forgets which stages were computed.
  func forget() throws { try FileManager.default.removeItem(atPath: "\(path)/events.jsonl") }

  /// The folders of every round's outputs.
  func rounds() throws -> [[String: String]] {
    try JSONDecoder().decode(
      [[String: String]].self, from: AtomicFile.read("\(path)/rounds.json"))
  }

  /// The text of a file of the run.
  func text(_ name: String) -> String {
    String(
      decoding: FileManager.default.contents(atPath: "\(path)/\(name)") ?? Data(), as: UTF8.self)
  }

  /// The bytes of all files below a folder of the run, by their path in it.
  func files(_ name: String) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for file in try FileManager.default.subpathsOfDirectory(atPath: "\(path)/\(name)")
    where file.contains(".") {
      files[file] = FileManager.default.contents(atPath: "\(path)/\(name)/\(file)")
    }
    return files
  }
}
