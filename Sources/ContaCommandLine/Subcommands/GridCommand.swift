import ArgumentParser
import Harness

/// `conta grid`: runs every combination of recipes, values and seeds, and prints their table.
struct GridCommand: ContaSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "grid",
    abstract: "Run a grid: recipes × values × controls × seeds, and print its table.",
    discussion: """
      Every cell is a run in its own process and folder, OUT/cells/NAME, which 'conta table' reads. \
      Cells share their stages in a cache, so the baseline that five controls have in common is \
      trained once. Interrupt it at any time: the same command goes on where it stopped; cells that \
      failed keep their error and are run again with --retry. Two processes may run one grid, on \
      one machine or several: they divide its cells.

      With --launcher slurm the cells are submitted as a job array and followed; the same command \
      submits again what was cancelled or ran out of time. A cell that gets SIGTERM writes a \
      checkpoint, and goes on when it is requeued.

      EXAMPLES
        conta grid recipes/grids/table2-tiny.yaml --out runs/tiny --jobs 2 --dry-run
        conta grid recipes/grids/table2-tiny.yaml --out runs/tiny --jobs 2
        conta grid my-voc.yaml --out runs/table2 --device cuda
        conta grid my-voc.yaml --out runs/table2 --launcher slurm \\
          --partition gpu --gpus 1 --device cuda --time 8:00:00 --array-limit 20
        conta table runs/tiny/cells/*

      docs/voc.md shows my-voc.yaml, which adds the paths of photographs and weights to \
      recipes/grids/table2-voc.yaml.
      """)

  @Argument(help: "The grid, a YAML file.", completion: .file(extensions: ["yaml", "yml"]))
  var grid: String

  @Argument(help: "Values for all cells, for example data.root=/data/VOC2012.")
  var overrides: [String] = []

  @Option(help: "The grid's folder; it is created or continued.", completion: .directory)
  var out: String

  @Option(help: "The folder of stages; by default 'cache' in the grid's.", completion: .directory)
  var cache: String?

  @Option(help: "The number of cells that run at the same time.")
  var jobs = 1

  @Flag(help: "Run cells that failed again.")
  var retry = false

  @Flag(
    help: "Only say what would run: cells, shared stages, and time and disk after a calibration.")
  var dryRun = false

  @Option(help: "The most steps of every training, to try a grid out.")
  var steps: Int?

  @Option(help: "The number of threads of each cell; results depend on it to the last bits.")
  var threads: Int?

  @Option(help: "The device: cpu, cuda or cuda:N.")
  var device: String?

  @Option(help: "What runs the cells: local, or slurm for job arrays.")
  var launcher: Launcher = .local

  @Option(help: "Slurm: the account that is charged.")
  var account: String?

  @Option(help: "Slurm: the partition.")
  var partition: String?

  @Option(help: "Slurm: the GPUs of every cell, for example 1 or a100:1; needs --device.")
  var gpus: String?

  @Option(help: "Slurm: the time limit of every cell, for example 4:00:00.")
  var time: String?

  @Option(help: "Slurm: the most cells of one submission that run at the same time.")
  var arrayLimit: Int?

  @Option(help: ArgumentHelp("The only cell that is run.", visibility: .hidden))
  var cell: String?

  /// What runs the cells.
  enum Launcher: String, ExpressibleByArgument, CaseIterable {
    case local, slurm
  }

  func validate() throws {
    for (option, value) in [
      ("--jobs", jobs), ("--steps", steps), ("--threads", threads), ("--array-limit", arrayLimit),
    ] {
      if let value, value < 1 {
        throw ValidationError("'\(option) \(value)' is too small. Expected at least 1.")
      }
    }
    for (option, value) in [
      ("--account", account), ("--partition", partition), ("--gpus", gpus), ("--time", time),
      ("--array-limit", arrayLimit.map(String.init)),
    ] {
      if let value, launcher != .slurm {
        throw ValidationError(
          "'\(option) \(value)' is for Slurm, but the cells would run on this machine. Add "
            + "'--launcher slurm', or leave it out.")
      }
    }
    if let gpus, device == nil {
      throw ValidationError(
        "'--gpus \(gpus)' reserves GPUs, but the cells would compute on the processor. Add "
          + "'--device cuda'.")
    }
  }

  func run(in program: ContaProgram) throws {
    let slurm = SlurmOptions(
      account: account, partition: partition, gpus: gpus, time: time, arrayLimit: arrayLimit)
    let request = GridRequest(
      file: grid, overrides: overrides, output: out, cache: cache, jobs: jobs,
      retriesFailed: retry, isPreview: dryRun, steps: steps, threads: threads, device: device,
      cell: cell, slurm: launcher == .slurm ? slurm : nil)
    program.output.say(try program.actions.grid(request, program.output.progress))
  }
}
