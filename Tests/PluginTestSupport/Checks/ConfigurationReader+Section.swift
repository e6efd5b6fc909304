public import CoreAPI
import Foundation

extension ConfigurationReader {
  /// Creates the reader of a section that is given as text, as a recipe would have it.
  ///
  /// - Parameters:
  ///   - section: The values; `"[1, 0.5]"` is a list, everything else a scalar.
  ///   - path: Where the section stands in the recipe, for messages.
  /// - Throws: Nothing for a section.
  public convenience init(section: [String: String], path: String = "part") throws {
    let entries = section.sorted { $0.key < $1.key }.map { key, text in
      ConfigurationNode.Entry(key: key, node: ConfigurationNode(Self.value(text)))
    }
    try self.init(ConfigurationNode(.section(entries)), path: path)
  }

  private static func value(_ text: String) -> ConfigurationNode.Value {
    guard text.hasPrefix("["), text.hasSuffix("]") else { return .scalar(text) }
    return .list(
      text.dropFirst().dropLast().split(separator: ",").map {
        ConfigurationNode(.scalar($0.trimmingCharacters(in: .whitespaces)))
      })
  }
}
