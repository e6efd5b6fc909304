import CoreAPI

extension StageDescription {
  /// What the key is made of, by part: one entry for every value of the configuration and every input.
  var parts: [String: String] {
    Self.collected(
      version: "\(version)", seed: "\(seed)", configuration: configuration, inputs: inputs,
      numerics: numerics)
  }

  /// Reads what a key is made of from the text behind it.
  ///
  /// - Parameter text: The ``canonicalText`` of a description.
  /// - Returns: Its ``parts``, nil for any other text.
  static func readParts(of text: String) -> [String: String]? {
    guard let root = try? YAMLReader.parse(text, path: StageManifest.fileName),
      let version = root["version"]?.scalar, let seed = root["seed"]?.scalar,
      let configuration = root["configuration"]
    else { return nil }
    return collected(
      version: version, seed: seed, configuration: configuration, inputs: texts(root["inputs"]),
      numerics: texts(root["numerics"]))
  }

  private static func texts(_ section: ConfigurationNode?) -> [String: String] {
    var texts: [String: String] = [:]
    for key in section?.keys ?? [] { texts[key] = section?[key]?.scalar }
    return texts
  }

  private static func collected(
    version: String, seed: String, configuration: ConfigurationNode, inputs: [String: String],
    numerics: [String: String]
  ) -> [String: String] {
    var parts = ["version": version, "seed": seed]
    for (key, value) in configuration.scalarsByKey {
      parts[key.isEmpty ? "configuration" : "configuration \(key)"] = value
    }
    for (key, value) in inputs { parts["input \(key)"] = value }
    for (key, value) in numerics { parts["numerics \(key)"] = value }
    return parts
  }
}
