import CoreAPI
import TensorFiles

extension ChainConfiguration {
  /// Returns what the numbers of a run follow from besides its seed.
  ///
  /// - Parameters:
  ///   - dataset: The fingerprint of the data set, before labels are shuffled.
  ///   - files: The SHA-256 of the files that the recipe names, by their full keys.
  ///   - version: The version of what the stages write.
  /// - Returns: The settings; the number of rounds is a property of each number instead.
  func settings(dataset: String, files: [String: String], version: Int) -> RunSettings {
    var values = resolvedWithoutPaths.scalarsByKey.filter { key, _ in
      !["title", "seed", "intervention.rounds"].contains(key) && !key.hasPrefix("runtime.")
    }
    values["runtime.precision"] = (options.autocast ?? .float32).rawValue
    values["--steps"] = options.stepLimit.map(String.init)
    values[RunSettings.versionsKey] = versions(ofChain: version)
    values[RunSettings.dataKey] = dataset
    for (key, hash) in files { values["\(key) (content)"] = hash }
    return RunSettings(values)
  }

  /// Returns the versions of what the stages write: of the chain and of its three parts.
  ///
  /// - Parameter version: The chain's.
  /// - Returns: The numbers with points between them.
  func versions(ofChain version: Int) -> String {
    [version, seedGenerator.entry.version, expander.entry.version, segmenter.entry.version]
      .map(String.init).joined(separator: ".")
  }
}
