import CoreAPI
import Essentials
import Foundation

/// Runs the cells of a grid as job arrays of Slurm, and follows them.
///
/// Every task of an array is a `conta grid … --cell NAME` on its node, which claims its cell as any
/// other process does. This process only submits and looks; it may end at any time, and the next one
/// finds its jobs by their names.
struct SlurmGrid: Sendable {
  /// The grid.
  let file: GridFile
  /// Its folder.
  let folder: GridFolder
  /// What was asked for.
  let request: GridRequest
  /// How cells are submitted.
  let options: SlurmOptions
  /// Shows progress to the user.
  let progress: any ProgressSink

  private let queue: SlurmQueue

  /// Creates the runner of a grid.
  init(
    _ file: GridFile, _ folder: GridFolder, _ request: GridRequest, _ options: SlurmOptions,
    queue: SlurmQueue = SlurmQueue(), progress: any ProgressSink
  ) {
    self.file = file
    self.folder = folder
    self.request = request
    self.options = options
    self.queue = queue
    self.progress = progress
  }

  /// Submits what is neither finished nor in the queue, and waits for all.
  ///
  /// - Returns: The errors of failed cells, by name.
  /// - Throws: ``SlurmError`` if Slurm does not take the cells, or loses some.
  func run() throws -> [(name: String, error: String)] {
    var retried: Set<String> = []
    if request.retriesFailed {
      retried = Set(file.cells.filter { ended($0)?.state == .failed }.map(\.name))
    }
    try submit(retrying: retried)
    var absences = 0
    var open = file.cells
    var failed = 0
    while true {
      try StopRequest.check()
      open.removeAll { cell in
        guard let record = ended(cell) else { return false }
        if record.state == .failed {
          // Until it runs, a cell that is retried has the record of its last failure.
          if retried.contains(cell.name) { return false }
          failed += 1
        }
        return true
      }
      let tasks = try queue.tasks(of: jobs.map(\.jobName))
      let queued = tasks.map(states)
      report(open: open.count, failed: failed, queued: queued ?? [:])
      if open.isEmpty { break }
      // Results may appear on this machine a moment after the job has left the queue.
      if let queued { absences = open.allSatisfy { queued[$0.name] == nil } ? absences + 1 : 0 }
      if absences > 0 { for cell in open { folder.refresh(cell.name) } }
      if absences > 2 {
        let lost = open.filter { !retried.contains($0.name) || ended($0) == nil }.map(\.name)
        guard lost.isEmpty else {
          throw SlurmError.lostCells(
            names: lost, message: lost.lazy.compactMap(lastError).first, output: folder.path)
        }
        break
      }
      usleep(UInt32(options.pollInterval * 1e6))
    }
    return file.cells.compactMap { cell in
      folder.record(of: cell).flatMap { $0.state == .failed ? (cell.name, $0.error ?? "") : nil }
    }
  }

  // MARK: - Steps

  private var jobs: [SlurmSubmission] { SlurmSubmission.all(of: folder.path) }

  /// The record of a cell that ended, nil for all others.
  private func ended(_ cell: GridCell) -> CellRecord? {
    folder.record(of: cell).flatMap { $0.state == .begun ? nil : $0 }
  }

  /// The last message of a cell's job, nil if there is none.
  private func lastError(of name: String) -> String? {
    jobs.last { $0.cells.contains(name) }?.output(of: name).flatMap(GridFolder.lastError)
  }

  /// The states of the cells in the queue.
  private func states(_ tasks: SlurmQueue.Tasks) -> [String: String] {
    var states: [String: String] = [:]
    for job in jobs {
      for (index, state) in tasks[job.jobName] ?? [:] where job.cells.indices.contains(index) {
        states[job.cells[index]] = state
      }
    }
    return states
  }

  /// Submits what is neither finished nor in the queue.
  ///
  /// - Parameter retried: The cells that are submitted although they failed.
  /// - Throws: ``SlurmError`` if Slurm does not take them.
  func submit(retrying retried: Set<String>) throws {
    guard try !missing(retrying: retried).cells.isEmpty else { return }
    let claim = try claimSubmission()
    defer { claim.release() }
    // Whoever had the claim before may have submitted them.
    let (ready, queued) = try missing(retrying: retried)
    guard !ready.isEmpty else { return }
    for start in stride(from: 0, to: ready.count, by: SlurmSubmission.largestSize) {
      _ = try SlurmSubmission(
        Array(ready[start..<min(start + SlurmSubmission.largestSize, ready.count)]),
        grid: folder.path, number: (jobs.last?.number ?? 0) + 1, command: command,
        threads: request.threads ?? file.threads, options: options, queue: queue)
    }
    progress.note(
      "Submitted \(ready.count) \(ready.count == 1 ? "cell" : "cells") to Slurm"
        + (queued == 0 ? "." : "; \(queued) are in its queue already."))
  }

  /// The names of the cells to be submitted, and how many others are in the queue.
  private func missing(
    retrying retried: Set<String>
  ) throws -> (cells: [String], queued: Int) {
    guard let tasks = try queue.tasks(of: jobs.map(\.jobName)) else {
      throw SlurmError.refused(reason: "squeue does not answer")
    }
    let queued = states(tasks)
    let cells = Self.spread(file.cells).filter {
      queued[$0.name] == nil && (ended($0) == nil || retried.contains($0.name))
    }
    return (cells.map(\.name), queued.count)
  }

  /// Waits until no other process submits cells of this grid.
  ///
  /// Two that did so together would take the same number for different cells.
  private func claimSubmission() throws -> Claim {
    let claims = ClaimFolder(path: "\(folder.path)/slurm/claims")
    var waiting = WaitingNote(for: "submitting the cells to Slurm", progress: progress)
    while true {
      try StopRequest.check()
      switch try claims.claim("submission") {
      case .held(let claim): return claim
      case .taken(let owner):
        waiting.tell(owner)
        usleep(200_000)
      }
    }
  }

  /// The cells in an order in which those that share their first stages stand far from each other: a
  /// cell that waits for another one's stage holds a node and does nothing.
  static func spread(_ cells: [GridCell]) -> [GridCell] {
    var counts: [String: Int] = [:]
    let ranks = cells.map { cell in
      defer { counts[cell.group, default: 0] += 1 }
      return counts[cell.group, default: 0]
    }
    return zip(ranks, cells).enumerated()
      .sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }.map(\.element.1)
  }

  /// The command that runs one cell, without the cell's name.
  private var command: [String] {
    var command = request.program.map { $0 == "/proc/self/exe" ? Self.executable : $0 }
    command += ["grid", request.file] + request.overrides + ["--out", request.output]
    if let cache = request.cache { command += ["--cache", cache] }
    if let steps = request.steps { command += ["--steps", "\(steps)"] }
    if let threads = request.threads { command += ["--threads", "\(threads)"] }
    if let device = request.device { command += ["--device", device] }
    return command + (request.retriesFailed ? ["--retry"] : []) + ["--cell"]
  }

  /// The path of this program, to be started on another machine.
  private static var executable: String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? CommandLine.arguments[0]
  }

  private func report(open: Int, failed: Int, queued: [String: String]) {
    let running = queued.values.count { $0 == "R" || $0 == "CG" }
    progress.update(
      StageProgress(
        task: file.title, completed: file.cells.count - open, total: file.cells.count,
        detail: "\(running) running, \(queued.count - running) waiting in Slurm, "
          + "\(failed) failed"))
  }
}
