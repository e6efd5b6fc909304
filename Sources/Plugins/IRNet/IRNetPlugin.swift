public import CoreAPI
import Networks

/// IRNet: class activation maps, and pseudo-masks from inter-pixel relations.
public enum IRNetPlugin {
  /// The name that recipes use for both parts.
  public static let name = "irnet"

  /// Registers IRNet's seed generator and expander.
  ///
  /// - Parameter registry: The registry of the program.
  /// - Throws: `CoreError.duplicatePlugin(kind:name:)` if the name is taken.
  public static func register(in registry: inout PluginRegistry) throws {
    try registry.registerSeedGenerator(
      name,
      summary: "Class activation maps of a partly frozen classifier (Ahn et al., CVPR 2019).",
      ports: [.block2, .block3, .block4, .block5]
    ) { reader, part in
      try IRNetSeedGenerator(ActivationConfiguration(reader), part)
    }
    try registry.registerExpander(
      name,
      summary: "Random walk guided by learned class boundaries (Ahn et al., CVPR 2019)."
    ) { reader, part in
      try IRNetExpander(RelationConfiguration(reader), part)
    }
  }
}
