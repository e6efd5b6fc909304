public import CoreAPI
import Essentials
import Foundation

/// The configuration of a run: a recipe file, the files it is based on, and command-line overrides.
///
/// # Format
///
/// YAML. `base: other.yaml`, relative to the file, or a list of such paths, inherits: sections merge
/// name by name, later files and finally the file itself win; lists and scalars are replaced as a
/// whole; `null` undoes an inherited value. Overrides are `a.b=c`, where `c` is YAML again: `1e-3`,
/// `[0.5, 1.0]`.
public struct Recipe: Sendable, Equatable {
  /// The recipe's path as it was given.
  public let path: String
  /// The merged tree, without `base`.
  public let root: ConfigurationNode
  /// The overrides, in the order given.
  public let overrides: [String]

  /// Reads a recipe, the files it is based on, and applies overrides.
  ///
  /// - Parameters:
  ///   - path: The recipe's path.
  ///   - overrides: Arguments of the form `a.b=c`, the last one wins.
  /// - Throws: `FileError` if a file cannot be read, ``RecipeError`` if it is no recipe or an
  ///   override is malformed.
  public init(path: String, overrides: [String] = []) throws {
    self.path = path
    self.overrides = overrides
    var root = try Recipe.load(path, chain: [])
    for override in overrides { try Recipe.apply(override, to: &root) }
    self.root = root
  }

  /// Makes a recipe from text, for recipes that the program carries inside.
  ///
  /// - Parameters:
  ///   - text: The YAML; it has no `base`.
  ///   - name: The name for messages.
  ///   - overrides: Arguments of the form `a.b=c`, the last one wins.
  /// - Throws: ``RecipeError`` if the text is no recipe or an override is malformed.
  public init(text: String, name: String, overrides: [String] = []) throws {
    path = name
    self.overrides = overrides
    var root = try Recipe.section(YAMLReader.parse(text, path: name), path: name)
    for override in overrides { try Recipe.apply(override, to: &root) }
    self.root = root
  }

  /// Returns a reader of the whole tree.
  ///
  /// - Throws: `ConfigurationError` never for a tree of this type, whose root is a section.
  public func reader() throws -> ConfigurationReader { try ConfigurationReader(root) }

  // MARK: - Inheritance

  private static func load(_ path: String, chain: [String]) throws -> ConfigurationNode {
    let data = try AtomicFile.read(path)
    guard let text = String(data: data, encoding: .utf8) else {
      throw RecipeError.notText(path: path)
    }
    var own = try section(YAMLReader.parse(text, path: path), path: path)
    guard let base = own["base"] else { return own }
    own["base"] = nil
    let identity = canonicalPath(path)
    var merged = ConfigurationNode(.section([]), source: own.source)
    for name in try baseNames(base) {
      let basePath = resolved(name, besides: path)
      let nextChain = chain + [identity]
      if nextChain.contains(canonicalPath(basePath)) {
        throw RecipeError.baseCycle(
          source: base.source,
          chain: (nextChain + [canonicalPath(basePath)]).map {
            ($0 as NSString).lastPathComponent
          })
      }
      guard FileManager.default.fileExists(atPath: basePath) else {
        throw RecipeError.baseNotFound(source: base.source, path: basePath)
      }
      merged = merged.merged(with: try load(basePath, chain: nextChain))
    }
    return merged.merged(with: own)
  }

  private static func section(
    _ node: ConfigurationNode, path: String
  ) throws -> ConfigurationNode {
    switch node.value {
    case .section: return node
    case .empty: return ConfigurationNode(.section([]), source: node.source)
    case .scalar, .list: throw RecipeError.notASection(path: path)
    }
  }

  private static func baseNames(_ node: ConfigurationNode) throws -> [String] {
    switch node.value {
    case .empty: return []
    case .scalar(let name): return [name]
    case .list(let nodes): return try nodes.flatMap(baseNames)
    case .section: throw RecipeError.badBase(source: node.source)
    }
  }

  private static func resolved(_ name: String, besides path: String) -> String {
    guard !name.hasPrefix("/") else { return name }
    let folder = (path as NSString).deletingLastPathComponent
    return folder.isEmpty ? name : (folder as NSString).appendingPathComponent(name)
  }

  private static func canonicalPath(_ path: String) -> String {
    URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path
  }

  // MARK: - Overrides

  private static func apply(_ argument: String, to root: inout ConfigurationNode) throws {
    guard let equals = argument.firstIndex(of: "=") else {
      throw RecipeError.badOverride(argument)
    }
    let key = argument[..<equals].split(separator: ".", omittingEmptySubsequences: false)
      .map(String.init)
    guard key.allSatisfy({ !$0.isEmpty && !$0.contains(" ") }) else {
      throw RecipeError.badOverride(argument)
    }
    let value = try YAMLReader.parseValue(String(argument[argument.index(after: equals)...]))
    root = try replacing(key[...], in: root, with: value, argument: argument, prefix: "")
  }

  private static func replacing(
    _ key: ArraySlice<String>, in node: ConfigurationNode, with value: ConfigurationNode,
    argument: String, prefix: String
  ) throws -> ConfigurationNode {
    guard let name = key.first else { return value }
    var node = node
    switch node.value {
    case .section, .empty: break
    case .scalar, .list: throw RecipeError.overrideThroughValue(argument: argument, key: prefix)
    }
    let path = prefix.isEmpty ? name : "\(prefix).\(name)"
    node[name] = try replacing(
      key.dropFirst(), in: node[name] ?? ConfigurationNode(.empty, source: .commandLine),
      with: value, argument: argument, prefix: path)
    return node
  }
}
