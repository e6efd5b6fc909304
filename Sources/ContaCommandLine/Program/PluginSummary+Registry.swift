public import CoreAPI

extension PluginSummary {
  /// Returns the plugins of a registry by role, in the order of their registration.
  ///
  /// - Parameter registry: The registry.
  /// - Returns: One line for each plugin.
  public static func all(in registry: PluginRegistry) -> [PluginSummary] {
    registry.seedGenerators.map {
      PluginSummary(
        role: "seed generator", name: $0.name, summary: $0.summary,
        ability: $0.ports.isEmpty
          ? "no context ports: baselines only"
          : "context ports: \($0.ports.map(\.name).joined(separator: ", "))")
    }
      + registry.expanders.map {
        PluginSummary(role: "expander", name: $0.name, summary: $0.summary)
      }
      + registry.segmenters.map {
        PluginSummary(role: "segmenter", name: $0.name, summary: $0.summary)
      }
  }
}
