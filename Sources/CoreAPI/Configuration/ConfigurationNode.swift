/// One value of a configuration tree, with the place it was written at.
///
/// Scalars stay the strings that were written: only the reader that asks for a number or a boolean
/// decides what they mean, so `no`, `6e-5` and `1.10` never change their type by themselves.
public struct ConfigurationNode: Sendable, Equatable {
  /// What a node holds.
  public indirect enum Value: Sendable, Equatable {
    /// Nothing, `null` or `~`: reads as if the key were absent, so that a recipe can undo what it inherits.
    case empty
    /// A number, a boolean, a name, a path or any other text, as written.
    case scalar(String)
    /// A list.
    case list([ConfigurationNode])
    /// Named values in the order they were written; names differ.
    case section([Entry])
  }

  /// A named value of a section.
  public struct Entry: Sendable, Equatable {
    /// The name.
    public let key: String
    /// The value.
    public var node: ConfigurationNode

    /// Creates a named value.
    ///
    /// - Parameters:
    ///   - key: The name.
    ///   - node: The value.
    public init(key: String, node: ConfigurationNode) {
      self.key = key
      self.node = node
    }
  }

  /// The value.
  public var value: Value
  /// Where it was written.
  public var source: ConfigurationSource

  /// Creates a node.
  ///
  /// - Parameters:
  ///   - value: The value.
  ///   - source: Where it was written.
  public init(_ value: Value, source: ConfigurationSource = .program) {
    self.value = value
    self.source = source
  }

  /// The names of a section's values in the order they were written; empty for anything else.
  public var keys: [String] {
    guard case .section(let entries) = value else { return [] }
    return entries.map(\.key)
  }

  /// The value of a name, nil if this is no section or has no such name.
  ///
  /// Assigning makes a section of anything else; assigning nil removes the name.
  ///
  /// - Parameter key: The name.
  public subscript(key: String) -> ConfigurationNode? {
    get {
      guard case .section(let entries) = value else { return nil }
      return entries.first { $0.key == key }?.node
    }
    set {
      var entries: [Entry] = []
      if case .section(let existing) = value { entries = existing }
      let position = entries.firstIndex { $0.key == key }
      switch (position, newValue) {
      case (let position?, let node?): entries[position].node = node
      case (let position?, nil): entries.remove(at: position)
      case (nil, let node?): entries.append(Entry(key: key, node: node))
      case (nil, nil): break
      }
      value = .section(entries)
    }
  }

  /// Returns this tree with another one laid over it.
  ///
  /// Sections merge name by name, everything else is replaced as a whole.
  ///
  /// - Parameter other: The tree whose values win.
  /// - Returns: The merged tree.
  public func merged(with other: ConfigurationNode) -> ConfigurationNode {
    guard case .section = value, case .section(let entries) = other.value else { return other }
    var result = self
    result.source = other.source
    for entry in entries {
      result[entry.key] = result[entry.key]?.merged(with: entry.node) ?? entry.node
    }
    return result
  }

  /// Whether two trees hold the same values, wherever they were written and in whatever order.
  ///
  /// - Parameter other: The tree to compare with.
  /// - Returns: Whether they do.
  public func hasSameContent(as other: ConfigurationNode) -> Bool {
    canonicalText == other.canonicalText
  }
}
