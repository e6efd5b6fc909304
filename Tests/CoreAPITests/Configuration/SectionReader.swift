import CoreAPI

/// Returns the reader of a section whose values stand on lines 1, 2, … of `x.yaml`.
func reader(
  _ values: KeyValuePairs<String, ConfigurationNode.Value>, path: String = "segmenter"
) throws -> ConfigurationReader {
  let entries = values.enumerated().map { line, pair in
    ConfigurationNode.Entry(
      key: pair.key,
      node: ConfigurationNode(pair.value, source: .file(path: "x.yaml", line: line + 1)))
  }
  return try ConfigurationReader(
    ConfigurationNode(.section(entries), source: .file(path: "x.yaml", line: 1)), path: path)
}
