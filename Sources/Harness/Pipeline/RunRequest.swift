/// What a person asks for with `conta run`.
public struct RunRequest: Sendable, Equatable {
  /// The recipe files, at least one.
  public var recipes: [String]
  /// Arguments of the form `a.b=c`.
  public var overrides: [String]
  /// The run directory; that of several runs holds one for each.
  public var output: String
  /// The most steps that any training takes, nil for as many as the recipe says.
  public var steps: Int?
  /// The number of threads of the tensor engine, nil for the recipe's.
  public var threads: Int?
  /// The device, for example "cpu" or "cuda:0", nil for the recipe's.
  public var device: String?
  /// The seed, nil for the recipe's.
  public var seed: UInt64?
  /// The folder of stages that several runs share, nil to keep them in the run's own folder.
  public var cache: String?
  /// The number of processes that share the batches of trainings, nil to leave it to the launcher.
  public var processes: Int?

  /// Creates a request.
  ///
  /// - Parameters:
  ///   - recipes: The recipe files, at least one.
  ///   - overrides: Arguments of the form `a.b=c`.
  ///   - output: The run directory.
  ///   - steps: The most steps that any training takes.
  ///   - threads: The number of threads of the tensor engine.
  ///   - device: The device.
  ///   - seed: The seed.
  ///   - cache: The folder of stages that several runs share.
  ///   - processes: The number of processes that share the batches of trainings.
  public init(
    recipes: [String], overrides: [String] = [], output: String, steps: Int? = nil,
    threads: Int? = nil, device: String? = nil, seed: UInt64? = nil,
    cache: String? = nil, processes: Int? = nil
  ) {
    precondition(!recipes.isEmpty, "A run needs a recipe")
    self.recipes = recipes
    self.overrides = overrides
    self.output = output
    self.steps = steps
    self.threads = threads
    self.device = device
    self.seed = seed
    self.cache = cache
    self.processes = processes
  }
}
