public import CoreAPI
public import Harness

/// The parts of the program that compute, so that the command line needs no knowledge of them.
public struct ProgramActions: Sendable {
  /// Runs recipes and returns their table, in Markdown, nil in processes that only take part.
  public var run: @Sendable (RunRequest, any ProgressSink) throws -> String?
  /// The registered plugins.
  public var plugins: @Sendable () -> [PluginSummary]
  /// Writes a generated data set.
  public var world: @Sendable (WorldRequest, any ProgressSink) throws -> Void
  /// Writes localization cues and returns the number of images.
  public var cues: @Sendable (CueRequest, any ProgressSink) throws -> Int
  /// Runs a grid and returns its table, in Markdown.
  public var grid: @Sendable (GridRequest, any ProgressSink) throws -> String

  /// Creates the parts.
  ///
  /// - Parameters:
  ///   - run: Runs recipes and returns their table, in Markdown.
  ///   - plugins: The registered plugins.
  ///   - world: Writes a generated data set.
  ///   - cues: Writes localization cues and returns the number of images; by default none.
  ///   - grid: Runs a grid and returns its table, in Markdown; by default nothing.
  public init(
    run: @escaping @Sendable (RunRequest, any ProgressSink) throws -> String?,
    plugins: @escaping @Sendable () -> [PluginSummary],
    world: @escaping @Sendable (WorldRequest, any ProgressSink) throws -> Void,
    cues: @escaping @Sendable (CueRequest, any ProgressSink) throws -> Int = { _, _ in 0 },
    grid: @escaping @Sendable (GridRequest, any ProgressSink) throws -> String = { _, _ in "" }
  ) {
    self.run = run
    self.plugins = plugins
    self.world = world
    self.cues = cues
    self.grid = grid
  }
}

/// A line of `conta plugins`.
public struct PluginSummary: Sendable, Equatable {
  /// The plugin's role, for example "seed generator".
  public var role: String
  /// The name that recipes use.
  public var name: String
  /// One sentence about the method.
  public var summary: String
  /// What it can or cannot do in a chain, nil where there is nothing to say.
  public var ability: String?

  /// Creates a line.
  ///
  /// - Parameters:
  ///   - role: The plugin's role.
  ///   - name: The name that recipes use.
  ///   - summary: One sentence about the method.
  ///   - ability: What it can or cannot do in a chain.
  public init(role: String, name: String, summary: String, ability: String? = nil) {
    self.role = role
    self.name = name
    self.summary = summary
    self.ability = ability
  }
}

/// What a person asks for with `conta world`.
public struct WorldRequest: Sendable, Equatable {
  /// The folder that the data set is written into.
  public var output: String
  /// Arguments of the form `key=value`.
  public var overrides: [String]
  /// The seed of the world, nil for the default.
  public var seed: UInt64?

  /// Creates a request.
  ///
  /// - Parameters:
  ///   - output: The folder that the data set is written into.
  ///   - overrides: Arguments of the form `key=value`.
  ///   - seed: The seed of the world.
  public init(output: String, overrides: [String] = [], seed: UInt64? = nil) {
    self.output = output
    self.overrides = overrides
    self.seed = seed
  }
}
