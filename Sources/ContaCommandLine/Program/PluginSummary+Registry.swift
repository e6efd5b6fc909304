public import CoreAPI

extension PluginSummary {
  /// Returns the plugins of a registry by role, in the order of their registration.
  ///
  /// - Parameter registry: The registry.
  /// - Returns: One line for each plugin.
  public static func all(in registry: PluginRegistry) -> [PluginSummary] {
    registry.seedGenerators.map {
      PluginSummary(role: "seed generator", name: $0.name, summary: $0.summary)
    }
      + registry.expanders.map {
        PluginSummary(role: "expander", name: $0.name, summary: $0.summary)
      }
      + registry.segmenters.map {
        PluginSummary(role: "segmenter", name: $0.name, summary: $0.summary)
      }
  }
}
