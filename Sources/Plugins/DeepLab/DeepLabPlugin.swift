public import CoreAPI

/// DeepLab segmentation networks.
public enum DeepLabPlugin {
  /// The name that recipes use for DeepLab-v2.
  public static let name = "deeplab-v2"

  /// Registers DeepLab-v2.
  ///
  /// - Parameter registry: The registry of the program.
  /// - Throws: `CoreError.duplicatePlugin(kind:name:)` if the name is taken.
  public static func register(in registry: inout PluginRegistry) throws {
    try registry.registerSegmenter(
      name, version: 2,
      summary: "DeepLab-v2 with parallel dilated convolutions and a scale pyramid (TPAMI 2018)."
    ) { reader, part in
      try DeepLabSegmenter(DeepLabConfiguration(reader), part)
    }
  }
}
