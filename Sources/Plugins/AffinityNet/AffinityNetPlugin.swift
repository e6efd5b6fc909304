public import CoreAPI

/// AffinityNet: pseudo-masks from a random walk over learned pixel affinities.
public enum AffinityNetPlugin {
  /// The name that recipes use.
  public static let name = "affinitynet"

  /// Registers the expander.
  ///
  /// - Parameter registry: The registry of the program.
  /// - Throws: `CoreError.duplicatePlugin(kind:name:)` if the name is taken.
  public static func register(in registry: inout PluginRegistry) throws {
    try registry.registerExpander(
      name, version: 2,
      summary: "Random walk over learned affinities of neighbouring pixels "
        + "(Ahn and Kwak, CVPR 2018)."
    ) { reader, part in
      try AffinityNetExpander(AffinityNetConfiguration(reader), part)
    }
  }
}
