public import CoreAPI

/// MyMethod: what it does, in one sentence.
public enum MyMethodPlugin {
  /// The name that recipes use.
  public static let name = "my-method"

  /// Registers the seed generator and the expander.
  ///
  /// - Parameter registry: The registry of the program.
  /// - Throws: `CoreError.duplicatePlugin(kind:name:)` if the name is taken.
  public static func register(in registry: inout PluginRegistry) throws {
    // Raise `version` when the same input gives another output: stored results are keyed by it.
    try registry.registerSeedGenerator(
      name, version: 1, summary: "What the seed generator does, in one sentence.",
      ports: [.block5]
    ) { reader, part in
      try MyMethodSeedGenerator(SeedConfiguration(reader), part)
    }
    try registry.registerExpander(
      name, version: 1, summary: "What the expander does, in one sentence."
    ) { reader, part in
      try MyMethodExpander(ExpansionConfiguration(reader), part)
    }
  }
}
