public import CoreAPI

/// Class activation maps, pseudo-masks and predictions that any program left in a folder.
public enum ExternalPlugin {
  /// The name that recipes use in all three roles.
  public static let name = "external"

  /// Registers the three roles.
  ///
  /// The seed generator has no ports: there is no classifier here for the intervention to act on.
  ///
  /// - Parameter registry: The registry of the program.
  /// - Throws: `CoreError.duplicatePlugin(kind:name:)` if the name is taken.
  public static func register(in registry: inout PluginRegistry) throws {
    try registry.registerSeedGenerator(
      name, summary: "A folder of CAMs or masks by any program (.npy of IRN or SEAM, .png).",
      ports: []
    ) { reader, part in
      try ExternalSeedGenerator(reader, part)
    }
    try registry.registerExpander(
      name, summary: "A folder of pseudo-masks by any program (.png, or CAMs as .npy)."
    ) { reader, part in
      try ExternalExpander(reader, part)
    }
    try registry.registerSegmenter(
      name, summary: "A folder of predictions by any program (.png, or CAMs as .npy)."
    ) { reader, part in
      try ExternalSegmenter(reader, part)
    }
  }
}
