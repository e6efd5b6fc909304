public import CoreAPI

/// An expander that is no more than a blur: the smallest plugin that does something.
public enum SmoothingPlugin {
  /// The name that recipes use.
  public static let name = "smoothing"

  /// Registers the expander.
  ///
  /// - Parameter registry: The registry of the program.
  /// - Throws: `CoreError.duplicatePlugin(kind:name:)` if the name is taken.
  public static func register(in registry: inout PluginRegistry) throws {
    try registry.registerExpander(
      name, summary: "The CAM averaged over a square window, cut at a background score."
    ) { reader, part in
      try SmoothingExpander(reader, part)
    }
  }
}
