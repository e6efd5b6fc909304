import ArgumentParser
import Essentials
import Harness

/// `conta sweep`: scores the CAMs of finished runs at many thresholds.
struct SweepCommand: ContaSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Score the CAMs of finished runs at many thresholds.",
    discussion: """
      Runs are given by their folders, or by folders that hold them. Every run has counted the scores \
      of its CAMs, so that no image is opened: a whole grid takes seconds. Counts that are not what was \
      written are refused. The table has the best threshold of every method, which is chosen on the \
      scored ground truth; --out writes every number.

      Scores are stored in steps of 0.005; thresholds between two steps count as the nearest one.

      EXAMPLES
        conta sweep runs/tiny/cells
        conta sweep runs/tiny/cells --from 0.05 --to 0.5 --by 0.005 --out curves.csv
        conta table runs/tiny/cells --cam-threshold 0.3
      """)

  @Argument(help: "The folders of runs, or folders that hold them.", completion: .directory)
  var runs: [String]

  @Option(help: "The first threshold.")
  var from = 0.01

  @Option(help: "The last threshold.")
  var to = 0.6

  @Option(help: "The distance of two thresholds.")
  var by = 0.01

  @Option(help: "The CSV file to write, a line for every number.", completion: .file())
  var out: String?

  func validate() throws {
    guard (0...1).contains(from), (0...1).contains(to), from <= to else {
      throw ValidationError(
        "'--from \(from) --to \(to)' is no range of thresholds. Expected 0 <= from <= to <= 1.")
    }
    guard by >= 0.001 else {
      throw ValidationError("'--by \(by)' is too small. Expected at least 0.001.")
    }
  }

  func run(in program: ContaProgram) throws {
    let folders = try RunFolders(runs)
    for path in folders.unfinished {
      program.output.note("'\(path)' is not finished and not in the table.")
    }
    let count = Int(((to - from) / by + 1e-9).rounded(.down)) + 1
    let sweep = try CAMSweep(
      folders.finished.map(RunResults.init(runDirectory:)),
      thresholds: (0..<count).map { ((from + Double($0) * by) * 1e6).rounded() / 1e6 })
    program.output.say(sweep.markdown)
    guard let out else { return }
    try AtomicFile.write(sweep.csv, to: out)
    program.output.note("Wrote '\(out)'.")
  }
}
