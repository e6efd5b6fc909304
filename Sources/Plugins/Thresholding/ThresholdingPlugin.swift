public import CoreAPI

/// No expansion: the class activation map itself, cut at a background score.
public enum ThresholdingPlugin {
  /// The name that recipes use.
  public static let name = "none"

  /// Registers the expander that expands nothing.
  ///
  /// - Parameter registry: The registry of the program.
  /// - Throws: `CoreError.duplicatePlugin(kind:name:)` if the name is taken.
  public static func register(in registry: inout PluginRegistry) throws {
    try registry.registerExpander(
      name, summary: "No expansion: the CAM itself, cut at a background score."
    ) { reader, part in
      try ThresholdingExpander(reader, part)
    }
  }
}
