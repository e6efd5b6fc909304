public import CoreAPI

/// SEAM: class activation maps that agree between an image and its smaller copy.
public enum SEAMPlugin {
  /// The name that recipes use.
  public static let name = "seam"

  /// Registers SEAM's seed generator.
  ///
  /// - Parameter registry: The registry of the program.
  /// - Throws: `CoreError.duplicatePlugin(kind:name:)` if the name is taken.
  public static func register(in registry: inout PluginRegistry) throws {
    try registry.registerSeedGenerator(
      name, version: 2,
      summary: "Scale-equivariant class activation maps, refined by pixel correlation "
        + "(Wang et al., CVPR 2020).",
      ports: [.block2, .block3, .block4, .block5]
    ) { reader, part in
      try SEAMSeedGenerator(SEAMConfiguration(reader), part)
    }
  }
}
