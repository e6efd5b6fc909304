import CoreAPI
import Essentials
import Foundation

/// A grid as it is written: recipes, what varies, and what is left out.
///
/// # Format
///
/// ```yaml
/// title: Rates of IRNet's segmenter
/// recipes: [../demo/irnet.yaml]        # paths relative to this file
/// values: {segmenter: {steps: 300}}    # for all cells
/// axes:
///   segmenter.rate: [1e-3, 2e-3]       # a key and its values
///   size:                              # or levels with a name, of several values each
///     small: {data.width: 64, data.height: 64}
///     large: {data.width: 128, data.height: 128}
/// controls: [baseline, conta, permuted-images]
/// seeds: [0, 1, 2]                     # or a number of seeds
/// when: [{size: large, values: {segmenter.batch_size: 4}}]
/// derived: {data.seed: "= ${seed} + 100"}
/// exclude: [{size: small, control: permuted-images}]
/// include: [{name: long, size: large, control: conta, values: {intervention.rounds: 3}}]
/// threads: 1                           # of every worker
/// ```
///
/// `base:` inherits from another grid, as in recipes.
public struct GridFile: Sendable {
  /// The file's path.
  public let path: String
  /// What the grid is called.
  public let title: String
  /// The number of threads of every worker, nil for the recipes'.
  public let threads: Int?
  /// The most steps of every training, nil for as many as the recipes say.
  public let steps: Int?
  /// The cells, in a fixed order.
  public let cells: [GridCell]
  /// The axes with their numbers of levels, in the order of the file.
  public let axes: [(name: String, count: Int)]

  private static let keys = [
    "title", "recipes", "values", "axes", "controls", "seeds", "when", "derived", "exclude",
    "include", "threads", "steps",
  ]

  /// Reads a grid and makes its cells.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - overrides: Arguments of the form `a.b=c` for every cell.
  /// - Throws: ``GridError`` if the file is no grid, ``RecipeError`` if it is no YAML.
  public init(path: String, overrides: [String] = []) throws {
    self.path = path
    let root = try Recipe(path: path).root
    if case .section(let entries) = root.value {
      for entry in entries where !Self.keys.contains(entry.key) {
        throw GridError.unknownKey(
          source: entry.node.source, key: entry.key, place: "a grid", known: Self.keys)
      }
    }
    let scalars = try Self.scalars(of: root)
    title = try scalars.string("title", default: Self.stem(of: path))
    threads = try root["threads"].map { _ in try scalars.int("threads", in: 1...1024) }
    steps = try root["steps"].map { _ in try scalars.int("steps", in: 1...1_000_000_000) }

    var axes = [try Self.recipes(root, path: path)]
    axes += try Self.axes(root["axes"])
    axes += try Self.controls(root["controls"])
    axes += try Self.seeds(root["seeds"])
    var space = GridSpace(
      axes: axes, values: root["values"]?.overrides ?? [],
      derived: try Self.derived(root["derived"]), last: overrides)
    try space.check()
    space.conditions = try space.conditions(root["when"])
    self.axes = axes.map { ($0.name, $0.levels.count) }
    cells = try space.cells(
      excluding: space.patterns(root["exclude"]), including: space.inclusions(root["include"]))
    guard !cells.isEmpty else { throw GridError.noCells(path: path) }
  }

  /// A reader of the values that are single numbers and texts.
  private static func scalars(of root: ConfigurationNode) throws -> ConfigurationReader {
    var node = ConfigurationNode(.section([]), source: root.source)
    for key in ["title", "threads", "steps"] { node[key] = root[key] }
    return try ConfigurationReader(node)
  }

  private static func stem(of path: String) -> String {
    ((path as NSString).lastPathComponent as NSString).deletingPathExtension
  }

  // MARK: - Axes

  private static func recipes(_ root: ConfigurationNode, path: String) throws -> GridAxis {
    let expected = "a path, a list of paths or 'NAME: PATH' relative to this file"
    guard let node = root["recipes"] else {
      throw GridError.wrongValue(source: root.source, key: "recipes", expected: expected)
    }
    let named: [(name: String?, node: ConfigurationNode)] =
      switch node.value {
      case .scalar: [(nil, node)]
      case .list(let nodes): nodes.map { (nil, $0) }
      case .section(let entries): entries.map { ($0.key, $0.node) }
      case .empty: []
      }
    guard !named.isEmpty else {
      throw GridError.wrongValue(source: node.source, key: "recipes", expected: expected)
    }
    let levels = try named.map { name, node in
      guard case .scalar(let text) = node.value else {
        throw GridError.wrongValue(source: node.source, key: "recipes", expected: expected)
      }
      var recipe = text
      if !text.hasPrefix("/"), case .file(let file, _) = node.source {
        let folder = (file as NSString).deletingLastPathComponent
        recipe = folder.isEmpty ? text : (folder as NSString).appendingPathComponent(text)
      }
      guard FileManager.default.fileExists(atPath: recipe) else {
        throw GridError.noRecipe(source: node.source, path: recipe)
      }
      return GridAxis.Level(name: name ?? stem(of: recipe), values: [], recipe: recipe)
    }
    return try axis(GridAxis.recipe, levels, source: node.source)
  }

  private static func axes(_ node: ConfigurationNode?) throws -> [GridAxis] {
    guard let node, node.value != .empty else { return [] }
    guard case .section(let entries) = node.value else {
      throw GridError.wrongValue(
        source: node.source, key: "axes",
        expected: "'KEY: [VALUE, …]' or 'NAME: {LEVEL: {KEY: VALUE}}'")
    }
    return try entries.map { entry in
      switch entry.node.value {
      case .list(let nodes) where !nodes.isEmpty:
        let levels = nodes.enumerated().map { index, node in
          // A section in a list replaces the recipe's as a whole.
          let text = node.singleLineText
          return GridAxis.Level(
            name: node["name"]?.scalar ?? node.scalar ?? (node.isSection ? "\(index)" : text),
            values: [.init(key: entry.key, text: text)])
        }
        return try axis(entry.key, levels, source: entry.node.source)
      case .section(let levels) where levels.allSatisfy({ $0.node.isSection }) && !levels.isEmpty:
        return try axis(
          entry.key, levels.map { .init(name: $0.key, values: $0.node.overrides) },
          source: entry.node.source)
      default:
        throw GridError.wrongValue(
          source: entry.node.source, key: "axes.\(entry.key)",
          expected: "a list of values, or levels of the form 'LEVEL: {KEY: VALUE}'")
      }
    }
  }

  private static func controls(_ node: ConfigurationNode?) throws -> [GridAxis] {
    guard let node, node.value != .empty else { return [] }
    let names = InterventionControl.allCases.filter { $0 != .none }.map(\.rawValue)
    let known = ["baseline", "conta"] + names
    guard case .list(let nodes) = node.value, !nodes.isEmpty else {
      throw GridError.wrongValue(
        source: node.source, key: "controls",
        expected: "a list of: \(known.joined(separator: ", "))")
    }
    let levels = try nodes.map { node in
      let name = node.scalar ?? node.singleLineText
      guard known.contains(name) else {
        throw GridError.unknownLevel(
          source: node.source, axis: GridAxis.control, level: name, known: known)
      }
      let value: GridAxis.Override =
        name == "baseline"
        ? .init(key: "intervention.rounds", text: "0")
        : .init(key: "intervention.control", text: name == "conta" ? "none" : name)
      return GridAxis.Level(name: name, values: [value])
    }
    return [try axis(GridAxis.control, levels, source: node.source)]
  }

  private static func seeds(_ node: ConfigurationNode?) throws -> [GridAxis] {
    guard let node, node.value != .empty else { return [] }
    let error = GridError.wrongValue(
      source: node.source, key: "seeds",
      expected: "a number of seeds of at least 1, or a list of whole numbers of at least 0")
    let seeds: [Int]
    switch node.value {
    case .scalar(let text):
      guard let count = Int(text), (1...100_000).contains(count) else { throw error }
      seeds = Array(0..<count)
    case .list(let nodes):
      seeds = nodes.compactMap { $0.scalar.flatMap { Int($0) } }
      guard seeds.count == nodes.count, !seeds.isEmpty, seeds.allSatisfy({ $0 >= 0 }) else {
        throw error
      }
    default: throw error
    }
    let levels = seeds.map {
      GridAxis.Level(name: "\($0)", values: [.init(key: "seed", text: "\($0)")])
    }
    return [try axis(GridAxis.seed, levels, source: node.source)]
  }

  private static func axis(
    _ name: String, _ levels: [GridAxis.Level], source: ConfigurationSource
  ) throws -> GridAxis {
    var seen: Set<String> = []
    for level in levels where !seen.insert(level.name).inserted {
      throw GridError.repeatedLevel(source: source, axis: name, level: level.name)
    }
    return GridAxis(name: name, levels: levels)
  }

  private static func derived(_ node: ConfigurationNode?) throws -> [DerivedValue] {
    guard let node, case .section(let entries) = node.flattened.value else { return [] }
    return entries.map {
      DerivedValue(
        key: $0.key, template: $0.node.scalar ?? $0.node.singleLineText, source: $0.node.source)
    }
  }
}

extension ConfigurationNode {
  /// The text of a scalar, nil for anything else.
  var scalar: String? {
    guard case .scalar(let text) = value else { return nil }
    return text
  }

  /// Whether this holds named values.
  var isSection: Bool {
    guard case .section = value else { return false }
    return true
  }

  /// The value as YAML on one line.
  var singleLineText: String {
    let list = ConfigurationNode(.list([self])).canonicalText
    return String(list.dropFirst().dropLast(2))
  }

  /// The values of a section, by their full keys, in the order they were written.
  var overrides: [GridAxis.Override] {
    guard case .section(let entries) = flattened.value else { return [] }
    return entries.map { .init(key: $0.key, text: $0.node.singleLineText) }
  }

  /// A section of full keys instead of sections in sections.
  var flattened: ConfigurationNode {
    guard case .section(let entries) = value else { return self }
    var result: [Entry] = []
    for entry in entries {
      guard case .section(let inner) = entry.node.flattened.value, !inner.isEmpty else {
        result.append(entry)
        continue
      }
      result += inner.map { Entry(key: "\(entry.key).\($0.key)", node: $0.node) }
    }
    return ConfigurationNode(.section(result), source: source)
  }
}
