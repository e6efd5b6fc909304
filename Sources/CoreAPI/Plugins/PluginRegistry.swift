/// The seed generators, expanders and segmenters a program knows, by name.
///
/// A plain value: whoever builds the program registers plugins and passes the registry on, so there
/// is no global state and no import that can be forgotten silently.
public struct PluginRegistry: Sendable {
  /// Builds a part from its section of the recipe.
  public typealias Factory<Part> =
    @Sendable (_ configuration: ConfigurationReader, _ context: PartContext) throws -> Part

  /// A registered part.
  public struct Entry<Part>: Sendable {
    /// The name that recipes use.
    public let name: String
    /// The version of the method's implementation; raise it when the same input gives another
    /// output, so that cached results are not used again.
    public let version: Int
    /// One sentence for `conta plugins`.
    public let summary: String
    /// The classifier's ports; empty for parts without one, which refuse the intervention.
    public let ports: [ContextPort]
    /// Builds the part.
    public let make: Factory<Part>
  }

  /// The registered seed generators, in the order of registration.
  public private(set) var seedGenerators: [Entry<any SeedGenerator>] = []
  /// The registered expanders, in the order of registration.
  public private(set) var expanders: [Entry<any Expander>] = []
  /// The registered segmenters, in the order of registration.
  public private(set) var segmenters: [Entry<any Segmenter>] = []

  /// Creates a registry without plugins.
  public init() {}

  /// Registers a seed generator.
  ///
  /// - Parameters:
  ///   - name: The name that recipes use.
  ///   - version: The version of the method's implementation.
  ///   - summary: One sentence about the method.
  ///   - ports: The classifier's context ports, front to back.
  ///   - make: Builds it.
  /// - Throws: ``CoreError/duplicatePlugin(kind:name:)`` if the name is taken.
  public mutating func registerSeedGenerator(
    _ name: String, version: Int = 1, summary: String, ports: [ContextPort],
    make: @escaping Factory<any SeedGenerator>
  ) throws {
    try Self.add(
      Entry(name: name, version: version, summary: summary, ports: ports, make: make),
      to: &seedGenerators, kind: "seed generator")
  }

  /// Registers an expander.
  ///
  /// - Parameters:
  ///   - name: The name that recipes use.
  ///   - version: The version of the method's implementation.
  ///   - summary: One sentence about the method.
  ///   - make: Builds it.
  /// - Throws: ``CoreError/duplicatePlugin(kind:name:)`` if the name is taken.
  public mutating func registerExpander(
    _ name: String, version: Int = 1, summary: String, make: @escaping Factory<any Expander>
  ) throws {
    try Self.add(
      Entry(name: name, version: version, summary: summary, ports: [], make: make),
      to: &expanders, kind: "expander")
  }

  /// Registers a segmenter.
  ///
  /// - Parameters:
  ///   - name: The name that recipes use.
  ///   - version: The version of the method's implementation.
  ///   - summary: One sentence about the method.
  ///   - make: Builds it.
  /// - Throws: ``CoreError/duplicatePlugin(kind:name:)`` if the name is taken.
  public mutating func registerSegmenter(
    _ name: String, version: Int = 1, summary: String, make: @escaping Factory<any Segmenter>
  ) throws {
    try Self.add(
      Entry(name: name, version: version, summary: summary, ports: [], make: make),
      to: &segmenters, kind: "segmenter")
  }

  /// Returns the seed generator of a name.
  ///
  /// - Parameter name: A registered name.
  /// - Returns: What was registered under the name.
  /// - Throws: ``CoreError/unknownPlugin(kind:name:registered:)`` that lists the known names.
  public func seedGenerator(_ name: String) throws -> Entry<any SeedGenerator> {
    try Self.find(name, in: seedGenerators, kind: "seed generator")
  }

  /// Returns the expander of a name.
  ///
  /// - Parameter name: A registered name.
  /// - Returns: What was registered under the name.
  /// - Throws: ``CoreError/unknownPlugin(kind:name:registered:)`` that lists the known names.
  public func expander(_ name: String) throws -> Entry<any Expander> {
    try Self.find(name, in: expanders, kind: "expander")
  }

  /// Returns the segmenter of a name.
  ///
  /// - Parameter name: A registered name.
  /// - Returns: What was registered under the name.
  /// - Throws: ``CoreError/unknownPlugin(kind:name:registered:)`` that lists the known names.
  public func segmenter(_ name: String) throws -> Entry<any Segmenter> {
    try Self.find(name, in: segmenters, kind: "segmenter")
  }

  private static func add<Part>(
    _ entry: Entry<Part>, to entries: inout [Entry<Part>], kind: String
  ) throws {
    guard !entries.contains(where: { $0.name == entry.name }) else {
      throw CoreError.duplicatePlugin(kind: kind, name: entry.name)
    }
    entries.append(entry)
  }

  private static func find<Part>(
    _ name: String, in entries: [Entry<Part>], kind: String
  ) throws -> Entry<Part> {
    guard let entry = entries.first(where: { $0.name == name }) else {
      throw CoreError.unknownPlugin(kind: kind, name: name, registered: entries.map(\.name))
    }
    return entry
  }
}
