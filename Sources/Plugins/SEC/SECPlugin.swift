public import CoreAPI
import Networks

/// SEC: seed, expand and constrain (Kolesnikov and Lampert, ECCV 2016).
public enum SECPlugin {
  /// The name that recipes use for all three parts.
  public static let name = "sec"

  /// Registers SEC's seed generator, and its one training as expander and as segmenter.
  ///
  /// - Parameter registry: The registry of the program.
  /// - Throws: `CoreError.duplicatePlugin(kind:name:)` if the name is taken.
  public static func register(in registry: inout PluginRegistry) throws {
    try registry.registerSeedGenerator(
      name,
      summary: "Class activation maps of VGG-16 as SEC makes them (ECCV 2016).",
      ports: [.block2, .block3, .block4, .block5]
    ) { reader, part in
      try ActivationSeedGenerator(ActivationSeedConfiguration(reader), part, method: "SEC")
    }
    try registry.registerExpander(
      name,
      summary: "Seed, expand and constrain: a network trained on localization cues (ECCV 2016)."
    ) { reader, part in
      try SECExpandingSegmenter(SECConfiguration(reader), part)
    }
    try registry.registerSegmenter(
      name,
      summary: "The same network, on the cues of a seed or on pseudo-masks (ECCV 2016)."
    ) { reader, part in
      try SECExpandingSegmenter(SECConfiguration(reader, hasCues: false), part)
    }
  }
}
