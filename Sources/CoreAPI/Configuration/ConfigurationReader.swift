/// Reads the values of one configuration section, each with the type that the program needs.
///
/// A plugin gets the reader of its own section, asks for every value it knows, and calls
/// ``finish()``, which refuses the names nobody asked for. What was read, defaults filled in, is
/// kept as ``resolved``: it goes into the run directory and into the cache key.
///
///     let epochs = try reader.int("epochs", default: 5, in: 1...1000)
///     let rate = try reader.double("rate", default: 0.1, in: .positive)
///     try reader.finish()
public final class ConfigurationReader {
  /// The section's full key, empty for the whole recipe.
  public let path: String

  private let node: ConfigurationNode
  private var readers: [String: ConfigurationReader] = [:]
  private var values: [String: ConfigurationNode.Value] = [:]
  private var absent: Set<String> = []
  private var pathValues: [String: String] = [:]
  private var inferenceKeys: Set<String> = []

  /// Creates the reader of a section.
  ///
  /// - Parameters:
  ///   - node: The section; an empty node reads as a section without names.
  ///   - path: The section's full key, empty for the whole recipe.
  /// - Throws: ``ConfigurationError`` if the node is a scalar or a list.
  public init(_ node: ConfigurationNode, path: String = "") throws {
    switch node.value {
    case .empty, .section: break
    case .scalar, .list:
      throw ConfigurationError.wrongValue(
        source: node.source, key: path.isEmpty ? "recipe" : path, found: node.foundPhrase,
        expected: "a section")
    }
    self.node = node
    self.path = path
  }

  /// Creates the reader of an empty section: every value is its default.
  ///
  /// - Parameter path: The section's full key.
  public init(emptySectionAt path: String) {
    node = ConfigurationNode(.section([]))
    self.path = path
  }

  /// The names that the section gives, in the order they were written.
  public var keys: [String] { node.keys }

  /// Where the section was written.
  public var source: ConfigurationSource { node.source }

  /// Everything read so far, defaults filled in, including the sections below.
  ///
  /// Paths are absolute, so that the tree reads the same from any folder.
  public var resolved: ConfigurationNode { tree { _, _ in true } }

  /// ``resolved`` without its paths, for keys: the same files count the same wherever they lie.
  public var resolvedWithoutPaths: ConfigurationNode { tree { $0.pathValues[$1] == nil } }

  /// ``resolvedWithoutPaths`` without what only inference reads: what a training depends on.
  public var resolvedForTraining: ConfigurationNode {
    tree { $0.pathValues[$1] == nil && !$0.inferenceKeys.contains($1) }
  }

  /// The paths read so far, here and in the sections below, by their full keys.
  public var paths: [String: String] {
    var result: [String: String] = [:]
    for (key, path) in pathValues { result[fullKey(key)] = path }
    for reader in readers.values { result.merge(reader.paths) { first, _ in first } }
    return result
  }

  /// Returns the values that `isWanted` keeps, asked about every reader's names.
  private func tree(
    _ isWanted: (ConfigurationReader, String) -> Bool
  ) -> ConfigurationNode {
    var result = ConfigurationNode(.section([]), source: node.source)
    for (key, value) in values.sorted(by: { $0.key < $1.key }) where isWanted(self, key) {
      result[key] = ConfigurationNode(value, source: node[key]?.source ?? .program)
    }
    for (key, reader) in readers.sorted(by: { $0.key < $1.key }) {
      result[key] = reader.tree(isWanted)
    }
    return result
  }

  /// Returns the full key of a name of this section.
  ///
  /// - Parameter key: The name.
  /// - Returns: The names down to this one, joined by dots.
  public func fullKey(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  /// Returns the reader of a section below this one; a section that is not given reads as empty.
  ///
  /// - Parameter key: The section's name.
  /// - Returns: The reader, the same one every time.
  /// - Throws: ``ConfigurationError`` if the value is a scalar or a list.
  public func section(_ key: String) throws -> ConfigurationReader {
    if let reader = readers[key] { return reader }
    let reader = try ConfigurationReader(
      node[key] ?? ConfigurationNode(.empty, source: node.source), path: fullKey(key))
    readers[key] = reader
    return reader
  }

  /// Says that training does not read some values, so that another value trains nothing again.
  ///
  /// Thresholds, scales of inference and the CRF behind a network are such values. A value that
  /// training does read must not be named here: a change of it would go unnoticed.
  ///
  /// - Parameter keys: Names of this section that were read before.
  public func markInferenceOnly(_ keys: String...) {
    for key in keys {
      precondition(values[key] != nil, "'\(fullKey(key))' was not read; read it before marking it")
    }
    inferenceKeys.formUnion(keys)
  }

  /// Refuses names that nothing asked for, here and in the sections below.
  ///
  /// - Throws: ``ConfigurationError`` for the first such name, with the names that exist.
  public func finish() throws {
    let known = Set(values.keys).union(readers.keys).union(absent)
    if case .section(let entries) = node.value {
      for entry in entries where !known.contains(entry.key) {
        throw ConfigurationError.unknownKey(
          source: entry.node.source, key: fullKey(entry.key), section: path,
          known: known.sorted())
      }
    }
    for (_, reader) in readers.sorted(by: { $0.key < $1.key }) { try reader.finish() }
  }

  /// Returns an error about a value, for checks that this type does not know.
  ///
  /// - Parameters:
  ///   - key: The value's name in this section.
  ///   - expected: What was expected, as a noun phrase: "an odd number".
  /// - Returns: The error, to be thrown.
  public func error(_ key: String, expected: String) -> ConfigurationError {
    guard let value = given(key) else {
      return .missing(source: node.source, key: fullKey(key), expected: expected)
    }
    return .wrongValue(
      source: value.source, key: fullKey(key), found: value.foundPhrase, expected: expected)
  }

  /// Returns an error that names the key under which an absent file was read.
  ///
  /// - Parameter path: The file.
  /// - Returns: The error; nil if no key here or in the sections below has this path.
  public func error(absentFile path: String) -> ConfigurationError? {
    if let key = pathValues.first(where: { $0.value == path })?.key {
      return error(
        key,
        expected: "a file that exists; a relative path starts from the folder of the recipe that "
          + "has it, on the command line from the current folder")
    }
    return readers.values.lazy.compactMap { $0.error(absentFile: path) }.first
  }

  // MARK: - For the typed reads

  /// Returns the value of a name, nil where it is absent or empty.
  func given(_ key: String) -> ConfigurationNode? {
    guard let value = node[key], value.value != .empty else { return nil }
    return value
  }

  /// Returns the converted value of a name, or its default, and records it.
  func read<T>(
    _ key: String, default defaultValue: T?, expected: String,
    hint: (String) -> String = { _ in "" },
    convert: (ConfigurationNode) -> T?, record: (T) -> ConfigurationNode.Value
  ) throws -> T {
    guard let value = given(key) else {
      absent.insert(key)
      guard let defaultValue else { throw error(key, expected: expected) }
      values[key] = record(defaultValue)
      return defaultValue
    }
    guard let result = convert(value) else {
      var text = ""
      if case .scalar(let scalar) = value.value { text = hint(scalar) }
      throw ConfigurationError.wrongValue(
        source: value.source, key: fullKey(key), found: value.foundPhrase, expected: expected,
        hint: text)
    }
    values[key] = record(result)
    return result
  }

  /// Records a value as a path; what is resolved no longer depends on the current folder.
  func recordPath(_ path: String, absolute: String, of key: String) {
    pathValues[key] = path
    values[key] = .scalar(absolute)
  }

  /// Marks a name as known although nothing was given for it.
  func markAbsent(_ key: String) { absent.insert(key) }
}

extension ConfigurationNode {
  /// The value in the words of an error message.
  var foundPhrase: String {
    switch value {
    case .empty: "empty"
    case .scalar(let text): "'\(text)'"
    case .list([]): "an empty list"
    case .list: "a list"
    case .section: "a section"
    }
  }
}
