public import CoreAPI

/// DeepLab segmentation networks.
public enum DeepLabPlugin {
  /// The name that recipes use for DeepLab-v2.
  public static let name = "deeplab-v2"
  /// The name that recipes use for DeepLab-v1.
  public static let version1Name = "deeplab-v1"

  /// Registers DeepLab-v2 and DeepLab-v1.
  ///
  /// - Parameter registry: The registry of the program.
  /// - Throws: `CoreError.duplicatePlugin(kind:name:)` if a name is taken.
  public static func register(in registry: inout PluginRegistry) throws {
    try registry.registerSegmenter(
      name, version: 3,
      summary: "DeepLab-v2 with parallel dilated convolutions and a scale pyramid (TPAMI 2018)."
    ) { reader, part in
      try DeepLabSegmenter(DeepLabConfiguration(reader), part)
    }
    try registry.registerSegmenter(
      version1Name,
      summary: "DeepLab-v1 with one dilated convolution of large field of view (ICLR 2015)."
    ) { reader, part in
      try FieldOfViewSegmenter(FieldOfViewConfiguration(reader), part)
    }
  }
}
