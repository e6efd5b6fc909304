import Foundation
import Harness
import Tensors
import Testing

/// The tiny grid through a real Slurm.
@Suite(.serialized) struct SlurmGridTests {
  private static let launcher = ["--launcher", "slurm", "--partition", "test"]

  /// One job is requeued, another one cancelled, and the table is that of an undisturbed grid.
  @Test func requeuedAndCancelledCellsChangeNothing() throws {
    guard let slurm = try LocalSlurm() else { return }
    let grid = try TinyGrid()
    let launcher = Self.launcher + ["--gpus", "a100:1", "--device", "cpu"]
    let first = try grid.start(launcher, environment: slurm.environment)
    try wait(for: "a stage", slurm, first) {
      try grid.events().contains { $0.event == .started }
    }
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
    try start(requeued, slurm)
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

  /// Between two of the periodic checkpoints, SIGTERM makes the training write one of its own.
  @Test func aRequeuedTrainingGoesOnWhereItWas() throws {
    guard let slurm = try LocalSlurm() else { return }
    // So long that it surely trains when the job is requeued.
    let grid = try TinyGrid(
      """
      title: Long grid
      recipes: {tiny: \(TinyRun.recipe)}
      controls: [baseline]
      threads: 1
      values: {runtime.checkpoint_interval: 10000, seed_generator.epochs: 2000}
      """)
    let follower = try grid.start(Self.launcher, environment: slurm.environment)
    defer {
      follower.send(SIGKILL)
      _ = try? slurm.lines("scancel", "--partition=test")
      for _ in 0..<300 {
        if (try? slurm.running().isEmpty) ?? true { break }
        usleep(100_000)
      }
    }
    try wait(for: "an epoch", slurm, follower) { !steps(of: grid).isEmpty }
    let jobs = try slurm.running()
    let requeued = try #require(jobs.first)
    let reached = try #require(steps(of: grid).last)
    _ = try slurm.lines("scontrol", "requeue", requeued)
    try start(requeued, slurm)
    try wait(for: "the second start", slurm, follower) {
      try grid.events().count { $0.event == .started } == 2
    }
    #expect(try Set(grid.events().map(\.stage)) == ["train-classifier"])
    // The cell's log begins anew with every start.
    let task = "Tiny IRNet · classifier  "
    var begin = ""
    try wait(for: "the training", slurm, follower) {
      let line = grid.text("cells/tiny_baseline/log.txt").split(separator: "\n")
        .first { $0.hasPrefix(task) }
      begin = String(line?.dropFirst(task.count).prefix { $0.isNumber } ?? "")
      return !begin.isEmpty
    }
    #expect(Double(begin) ?? 0 >= reached, "The training began at step \(begin)")
    // After an earlier begin, the record of this step would be gone.
    #expect(steps(of: grid).contains(reached))
  }

  /// The steps that the training of the only cell has recorded, one for every epoch.
  private func steps(of grid: TinyGrid) -> [Double] {
    struct Line: Decodable {
      var step: Double
    }
    return grid.text("cells/tiny_baseline/metrics.jsonl").split(separator: "\n").compactMap {
      try? JSONDecoder().decode(Line.self, from: Data($0.utf8)).step
    }
  }

  /// Starts a requeued job, which Slurm lets wait for two minutes.
  private func start(_ job: String, _ slurm: LocalSlurm) throws {
    for _ in 0..<100 {
      usleep(200_000)
      // Before its first start has ended, the job would forget the time again.
      let waits = try slurm.lines(
        "squeue", "--noheader", "--jobs=\(job)", "--states=PD", "--format=%i")
      guard !waits.isEmpty else { continue }
      if try slurm.lines("scontrol", "update", "jobid=\(job)", "StartTime=now").isEmpty { return }
    }
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

  /// Waits for two minutes at most; files that are read may not be there yet.
  private func wait(
    for event: String, _ slurm: LocalSlurm, _ process: ContaProcess,
    until hasHappened: () throws -> Bool
  ) throws {
    for _ in 0..<1200 {
      if (try? hasHappened()) ?? false { return }
      try #require(process.isRunning, "\(process.messages)")
      usleep(100_000)
    }
    Issue.record("No sign of \(event): \(try slurm.lines("squeue"))")
  }
}
