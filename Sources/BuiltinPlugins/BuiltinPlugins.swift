import AffinityNet
public import CoreAPI
import DSRG
import DeepLab
import External
import IRNet
import SEAM
import SEC
import Thresholding

/// The plugins of this package: the only file that names them.
public enum BuiltinPlugins {
  /// Returns a registry with every plugin of this package.
  ///
  /// - Throws: `CoreError.duplicatePlugin(kind:name:)` if two plugins share a name.
  public static func registry() throws -> PluginRegistry {
    var registry = PluginRegistry()
    try IRNetPlugin.register(in: &registry)
    try SEAMPlugin.register(in: &registry)
    try AffinityNetPlugin.register(in: &registry)
    try DeepLabPlugin.register(in: &registry)
    try SECPlugin.register(in: &registry)
    try DSRGPlugin.register(in: &registry)
    try ThresholdingPlugin.register(in: &registry)
    try ExternalPlugin.register(in: &registry)
    return registry
  }
}
