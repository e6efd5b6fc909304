import Foundation
import Harness
import Tensors
import Testing

/// The tiny grid through a real Slurm.
@Suite struct SlurmGridTests {
  private static let launcher = ["--launcher", "slurm", "--partition", "test"]

  /// One job is requeued, another one cancelled, and the table is that of an undisturbed grid.
  @Test func requeuedAndCancelledCellsChangeNothing() throws {
    guard let slurm = try LocalSlurm() else { return }
    let grid = try TinyGrid()
    let launcher = Self.launcher + ["--gpus", "a100:1", "--device", "cpu"]
    let first = try grid.start(launcher, environment: slurm.environment)
    try waitForTraining(of: grid, slurm, first)
    let gpus = try slurm.lines("squeue", "--noheader", "--format=%b")
    #expect(!gpus.isEmpty && gpus.allSatisfy { $0.hasSuffix("gpu:a100:1") }, "\(gpus)")
    let jobs = try slurm.running()
    let requeued = try #require(jobs.first)
    _ = try slurm.lines("scontrol", "requeue", requeued)
    // What waits: cancelled before it began.
    let waiting = try slurm.lines(
      "squeue", "--noheader", "--array", "--states=PD", "--format=%i")
    let cancelled = try #require(waiting.last { $0 != requeued })
    _ = try slurm.lines("scancel", cancelled)
    // Slurm lets a requeued job wait for two minutes.
    for _ in 0..<100 {
      usleep(200_000)
      if try slurm.lines("scontrol", "update", "jobid=\(requeued)", "StartTime=now").isEmpty {
        break
      }
    }
    let outcome = first.outcome()
    #expect(outcome.code == 1)
    #expect(outcome.messages.contains("Submitted 4 cells to Slurm.\n"))
    #expect(
      outcome.lastMessage.hasPrefix("error: 1 cell left Slurm's queue without a result: "),
      "\(outcome.messages)")

    let second = try grid.start(launcher, environment: slurm.environment).outcome()
    #expect(second.code == 0, "\(second.messages)")
    #expect(second.messages.contains("Submitted 1 cell to Slurm.\n"))
    #expect(second.result == (try TinyGrid.undisturbed().text("table.md")))
    var finished: Set<String> = []
    for event in try grid.events() where event.event == .finished {
      #expect(finished.insert(event.key).inserted, "\(event.stage) was finished twice")
    }
    #expect(try grid.manifests() == (try TinyGrid.undisturbed().manifests()))
  }

  /// The machine that submits needs no GPU; the node without one says so itself.
  @Test(.enabled(if: !Runtime.isCUDAAvailable, "This machine has a GPU."))
  func cellsForGPUsAreSubmittedWithoutOne() throws {
    guard let slurm = try LocalSlurm() else { return }
    let grid = try TinyGrid()
    let outcome = try grid.start(
      Self.launcher + ["--gpus", "1", "--device", "cuda"], environment: slurm.environment
    ).outcome()
    #expect(outcome.code == 1)
    #expect(outcome.messages.contains("Submitted 4 cells to Slurm.\n"))
    #expect(
      outcome.lastMessage.contains("Device 'cuda:0' is not available"), "\(outcome.messages)")
  }

  @Test func whatSlurmDoesNotTakeIsSaid() throws {
    guard let slurm = try LocalSlurm() else { return }
    let grid = try TinyGrid()
    let outcome = try grid.start(
      ["--launcher", "slurm", "--partition", "none"], environment: slurm.environment
    ).outcome()
    #expect(outcome.code == 1)
    #expect(outcome.lastMessage.hasPrefix("error: Slurm refused the cells: sbatch: error: "))
    #expect(
      outcome.lastMessage.hasSuffix(
        "Check --account, --partition, --gpus and --time, and how many jobs you may submit."))
  }

  private func waitForTraining(
    of grid: TinyGrid, _ slurm: LocalSlurm, _ process: ContaProcess
  ) throws {
    for _ in 0..<1200 {
      if (try? grid.events().contains { $0.event == .started }) ?? false { return }
      try #require(process.isRunning, "\(process.messages)")
      usleep(100_000)
    }
    Issue.record("No cell began: \(try slurm.lines("squeue"))")
  }
}
