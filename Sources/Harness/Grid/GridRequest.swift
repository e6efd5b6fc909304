/// What a person asks for with `conta grid`.
public struct GridRequest: Sendable, Equatable {
  /// The variable that names the process without which a worker must not go on.
  public static let parentVariable = "CONTA_PARENT"

  /// The grid's file.
  public var file: String
  /// Arguments of the form `a.b=c` for every cell.
  public var overrides: [String]
  /// The grid's folder.
  public var output: String
  /// The folder of stages, nil for `cache` in the grid's folder.
  public var cache: String?
  /// The number of cells that run at the same time.
  public var jobs: Int
  /// Whether cells that failed are run again.
  public var retriesFailed: Bool
  /// Whether to only say what would run.
  public var isPreview: Bool
  /// The most steps of every training, nil for the grid's.
  public var steps: Int?
  /// The number of threads of every worker, nil for the grid's.
  public var threads: Int?
  /// The device, nil for the recipes'.
  public var device: String?
  /// The only cell that is run, nil for all.
  public var cell: String?
  /// How cells are submitted to Slurm, nil to run them on this machine.
  public var slurm: SlurmOptions?
  /// The program that runs a cell, with its first arguments.
  public var program: [String]

  /// Creates a request.
  ///
  /// - Parameters:
  ///   - file: The grid's file.
  ///   - overrides: Arguments of the form `a.b=c` for every cell.
  ///   - output: The grid's folder.
  ///   - cache: The folder of stages.
  ///   - jobs: The number of cells that run at the same time, at least 1.
  ///   - retriesFailed: Whether cells that failed are run again.
  ///   - isPreview: Whether to only say what would run.
  ///   - steps: The most steps of every training.
  ///   - threads: The number of threads of every worker.
  ///   - device: The device.
  ///   - cell: The only cell that is run.
  ///   - slurm: How cells are submitted to Slurm.
  ///   - program: The program that runs a cell.
  public init(
    file: String, overrides: [String] = [], output: String, cache: String? = nil, jobs: Int = 1,
    retriesFailed: Bool = false, isPreview: Bool = false, steps: Int? = nil,
    threads: Int? = nil, device: String? = nil, cell: String? = nil, slurm: SlurmOptions? = nil,
    program: [String] = ["/proc/self/exe"]
  ) {
    precondition(jobs > 0, "A grid needs at least one job, got \(jobs)")
    self.file = file
    self.overrides = overrides
    self.output = output
    self.cache = cache
    self.jobs = jobs
    self.retriesFailed = retriesFailed
    self.isPreview = isPreview
    self.steps = steps
    self.threads = threads
    self.device = device
    self.cell = cell
    self.slurm = slurm
    self.program = program
  }

  /// Returns whether a cell is to run.
  func asks(for cell: GridCell) -> Bool { self.cell == nil || self.cell == cell.name }
}
