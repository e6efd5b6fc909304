public import CoreAPI
import Networks

/// DSRG: deep seeded region growing (Huang et al., CVPR 2018).
public enum DSRGPlugin {
  /// The name that recipes use for all parts.
  public static let name = "dsrg"

  /// Registers DSRG's seed generator, and its expander and segmenter, which one training serves.
  ///
  /// - Parameter registry: The registry of the program.
  /// - Throws: `CoreError.duplicatePlugin(kind:name:)` if the name is taken.
  public static func register(in registry: inout PluginRegistry) throws {
    try registry.registerSeedGenerator(
      name,
      summary: "Class activation maps of VGG-16, the network of SEC (Huang et al., CVPR 2018).",
      ports: [.block2, .block3, .block4, .block5]
    ) { reader, part in
      try ActivationSeedGenerator(ActivationSeedConfiguration(reader), part, method: "DSRG")
    }
    try registry.registerExpander(
      name, version: 2,
      summary: "A network whose own predictions make its seeds grow (Huang et al., CVPR 2018)."
    ) { reader, part in
      try DSRGExpander(DSRGConfiguration(reader), part)
    }
    try registry.registerSegmenter(
      name, version: 2,
      summary: "Four dilated branches on VGG-16 or ResNet-101 (Huang et al., CVPR 2018)."
    ) { reader, part in
      try DSRGSegmenter(DSRGSegmenterConfiguration(reader), part)
    }
  }
}
