public import CoreAPI
import Yams

/// Turns YAML text into a configuration tree without guessing what its scalars mean.
///
/// YAML's own rules would make `no` a boolean and, in one reader or another, `6e-5` a string; here a
/// scalar stays text until a ``/CoreAPI/ConfigurationReader`` asks for a type.
public enum YAMLReader {
  /// The number of values a tree may have, so that nested aliases cannot fill the memory.
  static let valueLimit = 100_000

  /// Parses one YAML document.
  ///
  /// - Parameters:
  ///   - text: The document; nothing but comments is an empty section.
  ///   - path: The file's path, for messages.
  /// - Returns: The tree.
  /// - Throws: ``RecipeError`` if the text is no valid YAML, with file and line.
  public static func parse(_ text: String, path: String) throws -> ConfigurationNode {
    var remaining = valueLimit
    guard let node = try compose(text, path: path) else {
      return ConfigurationNode(.section([]), source: .file(path: path, line: 1))
    }
    return try convert(node, line: 1, remaining: &remaining) { .file(path: path, line: $0) }
  }

  /// Parses the value of a `key=value` argument.
  ///
  /// - Parameter text: A scalar, a list `[1, 2]` or a section `{a: 1}`.
  /// - Returns: The value.
  /// - Throws: ``RecipeError`` if the text is no valid YAML.
  static func parseValue(_ text: String) throws -> ConfigurationNode {
    var remaining = valueLimit
    guard let node = try compose(text, path: "command line") else {
      return ConfigurationNode(.empty, source: .commandLine)
    }
    return try convert(node, line: 1, remaining: &remaining) { _ in .commandLine }
  }

  private static func compose(_ text: String, path: String) throws -> Node? {
    do {
      return try Yams.compose(yaml: text)
    } catch YamlError.scanner(_, let problem, let mark, _),
      YamlError.parser(_, let problem, let mark, _),
      YamlError.composer(_, let problem, let mark, _)
    {
      throw RecipeError.syntax(path: path, line: mark.line, problem: problem)
    } catch YamlError.duplicatedKeysInMapping(let duplicates, let context) {
      throw RecipeError.duplicateKey(
        path: path, line: context.mark.line, key: duplicates.first ?? "")
    } catch YamlError.reader(let problem, _, _, _) {
      throw RecipeError.syntax(path: path, line: 1, problem: problem)
    } catch {
      throw RecipeError.syntax(path: path, line: 1, problem: "it could not be read")
    }
  }

  private static func convert(
    _ node: Node, line: Int, remaining: inout Int, source: (Int) -> ConfigurationSource
  ) throws -> ConfigurationNode {
    let line = node.mark?.line ?? line
    remaining -= 1
    guard remaining >= 0 else { throw RecipeError.tooManyValues(source: source(line)) }
    switch node {
    case .scalar(let scalar):
      let isEmpty = scalar.style == .plain && ["", "~", "null"].contains(scalar.string)
      return ConfigurationNode(isEmpty ? .empty : .scalar(scalar.string), source: source(line))
    case .sequence(let sequence):
      var nodes: [ConfigurationNode] = []
      for element in sequence {
        nodes.append(try convert(element, line: line, remaining: &remaining, source: source))
      }
      return ConfigurationNode(.list(nodes), source: source(line))
    case .mapping(let mapping):
      var entries: [ConfigurationNode.Entry] = []
      for (key, value) in mapping {
        guard case .scalar(let name) = key, !name.string.isEmpty else {
          throw RecipeError.keyIsNoName(source: source(key.mark?.line ?? line))
        }
        // A block section's mark is its first entry's line; messages want the line of its key.
        var converted = try convert(value, line: line, remaining: &remaining, source: source)
        converted.source = source(key.mark?.line ?? line)
        entries.append(ConfigurationNode.Entry(key: name.string, node: converted))
      }
      return ConfigurationNode(.section(entries), source: source(line))
    case .alias:
      throw RecipeError.keyIsNoName(source: source(line))
    }
  }
}
