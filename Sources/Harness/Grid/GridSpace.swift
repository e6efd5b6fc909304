import CoreAPI
import Essentials

/// The axes of a grid and the cells that they span.
struct GridSpace {
  /// What a cell must have on some axes to be meant: any of the levels named.
  typealias Pattern = [String: Set<String>]

  /// Values of some cells only.
  struct Condition {
    /// The levels that a cell must have.
    var pattern: Pattern
    /// What it sets then, after its levels.
    var values: [GridAxis.Override]
  }

  /// Cells besides the product of the axes.
  struct Inclusion {
    /// What the cells are called besides their levels.
    var name: String
    /// The levels that they take; all levels of an axis that is not named.
    var pattern: Pattern
    /// What they set besides.
    var values: [GridAxis.Override]
  }

  /// The axes, in the order of names and loops.
  let axes: [GridAxis]
  /// What every cell sets, before its levels do.
  let values: [GridAxis.Override]
  /// What follows from other values.
  let derived: [DerivedValue]
  /// Values of some cells only.
  var conditions: [Condition] = []
  /// Arguments of the command, which win over all.
  let last: [String]

  /// Refuses two axes of one name.
  func check() throws {
    var seen: Set<String> = []
    for axis in axes where !seen.insert(axis.name).inserted {
      throw GridError.repeatedLevel(source: .program, axis: "axes", level: axis.name)
    }
  }

  /// Reads `exclude`: a list of levels by axis, one or several of each.
  func patterns(_ node: ConfigurationNode?) throws -> [Pattern] {
    try Self.sections(node, key: "exclude").map { try pattern($0, place: "exclude", besides: []) }
  }

  /// Reads `when`: values of the cells that have some levels.
  func conditions(_ node: ConfigurationNode?) throws -> [Condition] {
    try Self.sections(node, key: "when").map { section in
      guard let values = section["values"]?.overrides, !values.isEmpty else {
        throw GridError.wrongValue(
          source: section.source, key: "when.values", expected: "'values: {KEY: VALUE}'")
      }
      return Condition(
        pattern: try pattern(section, place: "when", besides: ["values"]), values: values)
    }
  }

  /// Reads `include`.
  func inclusions(_ node: ConfigurationNode?) throws -> [Inclusion] {
    try Self.sections(node, key: "include").map { section in
      guard let name = section["name"]?.scalar, !name.isEmpty else {
        throw GridError.wrongValue(
          source: section.source, key: "include.name", expected: "a name for the added cells")
      }
      return Inclusion(
        name: name, pattern: try pattern(section, place: "include", besides: ["name", "values"]),
        values: section["values"]?.overrides ?? [])
    }
  }

  /// Makes the cells: the product of the axes without what is excluded, then what is included.
  func cells(excluding patterns: [Pattern], including inclusions: [Inclusion]) throws -> [GridCell]
  {
    var cells: [GridCell] = []
    var names: Set<String> = []
    func add(_ levels: [GridAxis.Level], _ inclusion: Inclusion?) throws {
      let cell = try cell(levels, inclusion)
      var name = cell.name
      var count = 1
      while !names.insert(name).inserted {
        count += 1
        name = "\(cell.name)-\(count)"
      }
      cells.append(
        GridCell(
          name: name, coordinates: cell.coordinates, recipe: cell.recipe,
          overrides: cell.overrides))
    }
    for levels in product([:]) where !patterns.contains(where: { matches(levels, $0) }) {
      try add(levels, nil)
    }
    for inclusion in inclusions {
      for levels in product(inclusion.pattern) { try add(levels, inclusion) }
    }
    return cells
  }

  // MARK: - Steps

  private static func sections(
    _ node: ConfigurationNode?, key: String
  ) throws -> [ConfigurationNode] {
    guard let node, node.value != .empty else { return [] }
    guard case .list(let nodes) = node.value, nodes.allSatisfy(\.isSection) else {
      throw GridError.wrongValue(
        source: node.source, key: key, expected: "a list of '{AXIS: LEVEL, …}'")
    }
    return nodes
  }

  private func pattern(
    _ section: ConfigurationNode, place: String, besides known: [String]
  ) throws -> Pattern {
    guard case .section(let entries) = section.value else { return [:] }
    var pattern: Pattern = [:]
    for entry in entries where !known.contains(entry.key) {
      guard let axis = axes.first(where: { $0.name == entry.key }) else {
        throw GridError.unknownKey(
          source: entry.node.source, key: entry.key, place: "'\(place)'",
          known: axes.map(\.name) + known)
      }
      let levels: [String] =
        switch entry.node.value {
        case .list(let nodes): nodes.map { $0.scalar ?? $0.singleLineText }
        default: [entry.node.scalar ?? entry.node.singleLineText]
        }
      for level in levels where !axis.levels.contains(where: { $0.name == level }) {
        throw GridError.unknownLevel(
          source: entry.node.source, axis: axis.name, level: level, known: axis.levels.map(\.name))
      }
      pattern[axis.name] = Set(levels)
    }
    return pattern
  }

  /// All combinations of the levels that a pattern allows, the last axis fastest.
  private func product(_ pattern: Pattern) -> [[GridAxis.Level]] {
    axes.reduce([[]]) { combinations, axis in
      let levels = axis.levels.filter { pattern[axis.name]?.contains($0.name) ?? true }
      return combinations.flatMap { combination in levels.map { combination + [$0] } }
    }
  }

  private func matches(_ levels: [GridAxis.Level], _ pattern: Pattern) -> Bool {
    zip(axes, levels).allSatisfy { axis, level in pattern[axis.name]?.contains(level.name) ?? true }
  }

  private func cell(_ levels: [GridAxis.Level], _ inclusion: Inclusion?) throws -> GridCell {
    var values: [GridAxis.Override] = []
    let conditional = conditions.filter { matches(levels, $0.pattern) }.flatMap(\.values)
    let all = self.values + levels.flatMap(\.values) + conditional + (inclusion?.values ?? [])
    for value in all {
      values.removeAll { $0.key == value.key }
      values.append(value)
    }
    var coordinates = zip(axes, levels).map {
      GridCell.Coordinate(axis: $0.name, level: $1.name)
    }
    if let inclusion { coordinates.append(.init(axis: "include", level: inclusion.name)) }
    var known = Dictionary(values.map { ($0.key, $0.text) }, uniquingKeysWith: { $1 })
    for coordinate in coordinates where known[coordinate.axis] == nil {
      known[coordinate.axis] = coordinate.level
    }
    for value in derived {
      let text = try value.text(with: known)
      values.removeAll { $0.key == value.key }
      values.append(.init(key: value.key, text: text))
      known[value.key] = text
    }
    return GridCell(
      name: coordinates.map(Self.namePart).joined(separator: "_"), coordinates: coordinates,
      recipe: levels.first?.recipe ?? "",
      overrides: values.map { "\($0.key)=\($0.text)" } + last)
  }

  /// A coordinate as a part of a folder's name: `irnet`, `rate=0.001`, `seed0`.
  private static func namePart(_ coordinate: GridCell.Coordinate) -> String {
    let level = String(
      coordinate.level.map {
        $0.isASCII && ($0.isLetter || $0.isNumber || ".+-".contains($0)) ? $0 : "-"
      })
    if coordinate.axis == GridAxis.seed { return "seed\(level)" }
    guard let dot = coordinate.axis.lastIndex(of: ".") else { return level }
    return "\(coordinate.axis[coordinate.axis.index(after: dot)...])=\(level)"
  }
}
