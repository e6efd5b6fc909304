import CoreAPI

/// The versions of what this program's stages write for a cell.
struct CellVersions: Sendable {
  /// Those that a run notes in its settings: of the chain and of its three parts.
  let ofRun: String
  /// ``ofRun`` with those of the stages that no plugin computes.
  var all: String { "\(ofRun) \(StageVersion.all)" }

  /// Looks up the versions; nil if the recipe cannot be read or names what this program does not
  /// know, which its run will say.
  ///
  /// - Parameters:
  ///   - cell: The cell.
  ///   - registry: The known plugins.
  init?(of cell: GridCell, registry: PluginRegistry) {
    guard
      let configuration = try? ChainConfiguration(
        Recipe(path: cell.recipe, overrides: cell.overrides), registry: registry,
        overriding: RuntimeOverrides())
    else { return nil }
    ofRun = configuration.versions(ofChain: Chain.version)
  }
}
