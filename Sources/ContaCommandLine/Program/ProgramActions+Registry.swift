public import CoreAPI
import Datasets
public import Harness

extension ProgramActions {
  /// Creates the parts of a program that knows the given plugins.
  ///
  /// - Parameter registry: The program's plugins.
  public init(registry: PluginRegistry) {
    self.init(
      run: { request, progress in
        try Chain.run(request, registry: registry, progress: progress).markdown()
      },
      plugins: {
        registry.seedGenerators.map {
          PluginSummary(role: "seed generator", name: $0.name, summary: $0.summary)
        }
          + registry.expanders.map {
            PluginSummary(role: "expander", name: $0.name, summary: $0.summary)
          }
          + registry.segmenters.map {
            PluginSummary(role: "segmenter", name: $0.name, summary: $0.summary)
          }
      },
      world: { request, progress in
        let world = try ContextWorld(request.configuration())
        try world.write(to: request.output) { completed, total in
          progress.update(
            StageProgress(task: "ContextWorld", completed: completed, total: total))
        }
      })
  }
}

extension WorldRequest {
  /// The world asked for; the names are those of a recipe's section `data`.
  func configuration() throws -> ContextWorld.Configuration {
    var overrides = overrides
    if let seed { overrides.append("seed=\(seed)") }
    let recipe = try Recipe(text: "", name: "world", overrides: overrides)
    return try ContextWorld.Configuration(recipe.reader())
  }
}
