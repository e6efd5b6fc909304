public import CoreAPI
import Essentials
import Tensors

/// Localization cues of a recipe in the public format, the work behind `conta cues`.
public enum CueGeneration {
  /// Makes the cues of a recipe's training images and writes the pickle and its list.
  ///
  /// Classifier and seeds are stages of the run's folder, so those of a finished run are used again.
  ///
  /// - Parameters:
  ///   - request: What was asked for.
  ///   - registry: The known plugins.
  ///   - progress: Shows progress to the user.
  /// - Returns: The number of images.
  /// - Throws: The first error, in words for the person who asked.
  public static func run(
    _ request: CueRequest, registry: PluginRegistry, progress: any ProgressSink
  ) throws -> Int {
    let chain = try Chain(
      recipe: Recipe(path: request.recipe, overrides: request.overrides), registry: registry,
      directory: request.directory,
      overrides: RuntimeOverrides(
        threads: request.threads, device: try request.device.map(Device.init),
        stepLimit: request.steps),
      progress: progress,
      metrics: RunMetrics(log: MetricsLog(path: "\(request.directory)/metrics.jsonl")))
    let round = try chain.makeRound(0, after: nil)
    let maker = try chain.cueMaker(of: round)
    let folder = try RunDirectory(path: request.directory)
    return try withExtendedLifetime(folder) {
      try chain.writeCues(of: round, by: maker, to: request.output, list: request.list)
    }
  }
}

/// What a person asks for with `conta cues`.
public struct CueRequest: Sendable, Equatable {
  /// The recipe file.
  public var recipe: String
  /// Arguments of the form `a.b=c`.
  public var overrides: [String]
  /// The run's folder, which keeps classifier and seeds.
  public var directory: String
  /// The pickle of cues.
  public var output: String
  /// The list that numbers the images.
  public var list: String
  /// The most steps that any training takes, nil for as many as the recipe says.
  public var steps: Int?
  /// The number of threads of the tensor engine, nil for the recipe's.
  public var threads: Int?
  /// The device, for example "cpu" or "cuda:0", nil for the recipe's.
  public var device: String?

  /// Creates a request.
  ///
  /// - Parameters:
  ///   - recipe: The recipe file.
  ///   - overrides: Arguments of the form `a.b=c`.
  ///   - directory: The run's folder.
  ///   - output: The pickle of cues.
  ///   - list: The list that numbers the images.
  ///   - steps: The most steps that any training takes.
  ///   - threads: The number of threads of the tensor engine.
  ///   - device: The device.
  public init(
    recipe: String, overrides: [String] = [], directory: String, output: String, list: String,
    steps: Int? = nil, threads: Int? = nil, device: String? = nil
  ) {
    self.recipe = recipe
    self.overrides = overrides
    self.directory = directory
    self.output = output
    self.list = list
    self.steps = steps
    self.threads = threads
    self.device = device
  }
}

/// A recipe whose cues cannot be made.
public enum CueError: Error, Equatable, CustomStringConvertible {
  /// The expander does not learn from cues.
  case noCues(expander: String)
  /// The expander learns from cues of a file.
  case givenCues(expander: String, path: String)

  /// The message.
  public var description: String {
    switch self {
    case .noCues(let expander):
      "The expander '\(expander)' does not learn from localization cues. "
        + "Name one that does in the recipe, for example 'expander.name=sec'."
    case .givenCues(let expander, let path):
      "The expander '\(expander)' learns from the cues of '\(path)', so there are none to make. "
        + "Remove 'expander.cues' from the recipe to make them."
    }
  }
}

extension Chain {
  /// Returns the expander of a round as one that makes cues.
  func cueMaker(of round: ChainRound) throws -> any CueMaker {
    let name = configuration.expander.entry.name
    guard let maker = round.expander as? any CueMaker else { throw CueError.noCues(expander: name) }
    if let path = maker.givenCues { throw CueError.givenCues(expander: name, path: path) }
    return maker
  }

  /// Writes the cues that the baseline's expander learns from, and returns the number of images.
  func writeCues(
    of round: ChainRound, by maker: any CueMaker, to path: String, list: String
  ) throws -> Int {
    let set = TrainingSet(dataset: dataset, ids: splits.training)
    let seeds = try seedStage(
      round, classifier: classifierStage(round, on: set, start: nil))
    let stage = description(
      "cues", round, version: configuration.expander.entry.version, round.identities.expander,
      inputs: dataInputs.merging(["seeds": seeds.contentHash]) { first, _ in first })
    let result = try store.result(of: stage) { work in
      let environment = environment("cues", round, work)
      try maker.prepareCues(on: set, in: environment)
      let folder = CueFolder(
        path: "\(work.scratch)/cues", classCount: dataset.classes.names.count)
      let seedFolder = SeedFolder(path: seeds.path("seeds"))
      try ImageSweep.run(over: set.ids, in: environment, isDone: { folder.contains($0) }) {
        index, id in
        try folder.write(
          maker.cues(from: seedFolder.seed(of: id), of: set.image(index), id: id), of: id)
      }
      try LocalizationCueFile.write(
        set.ids, to: work.outputPath("localization_cues.pickle"),
        list: work.outputPath("input_list.txt")
      ) { try folder.cues(of: $0) }
    }
    for (file, target) in [("localization_cues.pickle", path), ("input_list.txt", list)] {
      try AtomicFile.write(AtomicFile.read(result.path(file)), to: target)
    }
    return set.count
  }
}
