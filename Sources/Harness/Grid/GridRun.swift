public import CoreAPI
import Essentials
import Foundation
import Tensors

/// Runs the cells of a grid in processes of their own, so many at a time.
///
/// Another process may run the same grid at the same time: a cell is claimed before it is started,
/// and so is every stage in the cache. Killed at any moment, it goes on where it stopped.
public struct GridRun {
  let file: GridFile
  let registry: PluginRegistry
  let progress: any ProgressSink
  let request: GridRequest
  /// How many seconds workers have to end, once they were asked to.
  var grace = WorkerProcess.grace
  private let folder: GridFolder

  private var waiting: [GridCell]
  private var running: [Job] = []
  private var done = 0
  private var failed: [(name: String, error: String)] = []
  private var lastReport = Date.distantPast

  private struct Job {
    var cell: GridCell
    var claim: Claim
    var worker: WorkerProcess
    var start: Date
  }

  /// How many seconds pass between two looks at how far the cells are.
  private static let reportInterval = 2.0

  /// The exit codes of a worker that was asked to end and kept its work; Ctrl-C reaches it as it
  /// reaches this process.
  private static let stoppedCodes = [128 + SIGTERM, 128 + SIGINT]

  /// The words by which a worker's message tells what is no fault of its cell.
  private enum Message {
    static let diskFull = "The disk is full:"
    static let inUse = "' is in use by "
  }

  /// Reads a grid's file; nothing is written yet.
  ///
  /// - Parameters:
  ///   - request: What was asked for.
  ///   - registry: The known plugins.
  ///   - progress: Shows progress to the user.
  /// - Throws: ``GridError`` or ``RecipeError`` if the file is no grid.
  public init(
    _ request: GridRequest, registry: PluginRegistry, progress: any ProgressSink
  ) throws {
    self.request = request
    self.registry = registry
    self.progress = progress
    file = try GridFile(path: request.file, overrides: request.overrides)
    folder = GridFolder(file, request, registry: registry)
    waiting = file.cells.filter(request.asks(for:))
    if let cell = request.cell, waiting.isEmpty {
      throw GridError.unknownCell(name: cell, path: request.file)
    }
  }

  /// Checks that every configuration can run, and refuses the grid before any work otherwise.
  ///
  /// - Throws: ``GridError/badCell(name:reason:)`` for the first cell that cannot.
  public func check() throws {
    var seen: Set<[String]> = []
    guard request.cell == nil else { return }
    for cell in file.cells
    where folder.record(of: cell) == nil && seen.insert(cell.configuration).inserted {
      do {
        _ = try Chain(
          recipe: cell.recipe, directory: folder.folder(of: cell), of: requestHere(of: cell),
          registry: registry, progress: SilentProgress())
      } catch {
        throw GridError.badCell(name: cell.name, reason: "\(error)")
      }
    }
  }

  /// The run of a cell, as its worker will be asked for it.
  func request(of cell: GridCell) -> RunRequest {
    RunRequest(
      recipes: [cell.recipe], overrides: cell.overrides, output: folder.folder(of: cell),
      steps: stepLimit, threads: request.threads ?? file.threads, device: request.device,
      cache: folder.cache)
  }

  /// The run of a cell on this machine, whatever machine the cell is for.
  ///
  /// - Throws: `TensorError` for the name of no device.
  func requestHere(of cell: GridCell) throws -> RunRequest {
    var request = request(of: cell)
    if let device = nodeDevice {
      // The nodes have the GPUs; the machine that submits need not.
      _ = try Device(device)
      request.device = "cpu"
    }
    return request
  }

  /// The device of Slurm's nodes that this machine need not have, nil for none.
  var nodeDevice: String? {
    guard request.slurm != nil, let device = request.device, device != "cpu" else { return nil }
    return device
  }

  /// The most steps of every training, nil for as many as the recipes say.
  var stepLimit: Int? { request.steps ?? file.steps }

  /// How many cells make progress at the same time on this machine.
  var parallelJobs: Int {
    let threads = request.threads ?? file.threads ?? 2
    return max(1, min(request.jobs, Parallel.defaultThreadCount / threads, file.cells.count))
  }

  /// Runs what is left of the grid and returns its table.
  ///
  /// - Returns: The table of all cells, in Markdown, which is also in the grid's folder.
  /// - Throws: ``GridError/failedCells(names:first:output:)`` if cells failed; finished cells keep
  ///   their results.
  public mutating func run() throws -> String {
    _ = try StageStoreHeader.check(folder.cache, option: "--cache")
    noteOutdated()
    if let options = request.slurm {
      failed = try SlurmGrid(file, folder, request, options, progress: progress).run()
    } else {
      try runHere()
    }
    if let first = failed.first {
      throw GridError.failedCells(
        names: failed.map(\.name), first: first.error, output: folder.path)
    }
    if let cell = request.cell { return "The cell \(cell) is done.\n" }
    return try table()
  }

  // MARK: - Steps

  /// Says which finished cells do not count.
  private func noteOutdated() {
    let count = waiting.count { folder.isOutdated($0) }
    guard count > 0 else { return }
    progress.note(
      count == 1
        ? "1 cell was made by another version and runs again."
        : "\(count) cells were made by another version and run again.")
  }

  /// Runs the cells on this machine.
  private mutating func runHere() throws {
    try settle()
    report()
    do {
      while !waiting.isEmpty || !running.isEmpty {
        try StopRequest.check()
        try reap()
        let isWaiting = try launch()
        if -lastReport.timeIntervalSinceNow > Self.reportInterval { report() }
        // Who waits for another grid need not look often.
        usleep(isWaiting ? 500_000 : 20_000)
      }
    } catch {
      endWorkers()
      throw error
    }
  }

  /// Takes what is finished already out of the queue.
  private mutating func settle() throws {
    for cell in waiting {
      guard let record = folder.record(of: cell) else { continue }
      switch record.state {
      case .done: leave(cell, nil)
      case .failed where !request.retriesFailed:
        leave(cell, record.error ?? "unknown")
      case .failed, .begun: break
      }
    }
  }

  private mutating func leave(_ cell: GridCell, _ error: String?) {
    waiting.removeAll { $0.name == cell.name }
    if let error { failed.append((cell.name, error)) } else { done += 1 }
  }

  /// Starts a cell if there is room; of cells that share their first stages, one at a time where
  /// others wait too.
  ///
  /// - Returns: Whether there was room and every cell belongs to another process.
  private mutating func launch() throws -> Bool {
    let busy = Set(running.map(\.cell.group))
    let ordered =
      waiting.filter { !busy.contains($0.group) } + waiting.filter { busy.contains($0.group) }
    for cell in ordered {
      guard running.count < request.jobs else { return false }
      guard case .held(let claim) = try folder.claims.claim(cell.name) else { continue }
      // Another process may have ended the cell since the last look.
      if let record = folder.record(of: cell), record.state != .begun,
        record.state == .done || !request.retriesFailed
      {
        claim.release()
        leave(cell, record.state == .done ? nil : record.error ?? "unknown")
        report()
        continue
      }
      try folder.begin(cell)
      try? FileManager.default.removeItem(atPath: folder.log(of: cell))
      let worker = try WorkerProcess(
        request.program + folder.arguments(of: cell), log: folder.log(of: cell))
      waiting.removeAll { $0.name == cell.name }
      running.append(Job(cell: cell, claim: claim, worker: worker, start: Date()))
      report()
      return false
    }
    return running.count < request.jobs && !waiting.isEmpty
  }

  /// Takes in the cells that ended.
  private mutating func reap() throws {
    for job in running {
      guard let code = job.worker.exitCode() else { continue }
      running.removeAll { $0.cell.name == job.cell.name }
      defer { job.claim.release() }
      if Self.stoppedCodes.contains(code) {
        // Somebody asked this worker alone to end.
        waiting.append(job.cell)
        continue
      }
      let error = code == 0 ? nil : folder.error(of: job.cell, code: code)
      if let error, error.hasPrefix(Message.diskFull) { throw GridError.stopped(reason: error) }
      if let error, error.contains(Message.inUse) {
        // A worker of a killed grid has not noticed yet that it is alone.
        waiting.append(job.cell)
        continue
      }
      try folder.end(job.cell, error: error, seconds: -job.start.timeIntervalSinceNow)
      folder.claims.forget(job.cell.name)
      leave(job.cell, error)
      if let error { progress.note("\(job.cell.name) failed: \(error)") }
      report()
    }
  }

  /// Asks all workers to end, and ends those that have not after a while.
  private mutating func endWorkers() {
    for job in running { job.worker.stop() }
    let deadline = ContinuousClock.now + .seconds(grace)
    for job in running {
      job.worker.end(by: deadline)
      job.claim.release()
    }
    running = []
  }

  private mutating func report() {
    lastReport = Date()
    let shares = running.map { RunProgress(runDirectory: folder.folder(of: $0.cell))?.fraction }
    progress.update(
      StageProgress(
        task: file.title, completed: done + failed.count, total: file.cells.count,
        partial: shares.reduce(0) { $0 + ($1 ?? 0) },
        detail: "\(running.count) running, \(failed.count) failed"))
  }

  private func table() throws -> String {
    let runs = try file.cells.map { try RunResults(runDirectory: folder.folder(of: $0)) }
    let path = "\(folder.path)/table.md"
    do {
      var table = try ResultTable(runs)
      try table.compare({ try $0.confusions() })
      let text = table.markdown
      try table.write(text, to: path)
      return text
    } catch let error as ResultError {
      // Other than numbers that were measured in different ways, these are no answer to the grid.
      if case .duplicate = error { throw error }
      let text = "The cells make no common table. \(error)\n"
      try AtomicFile.write(text, to: path)
      return text
    }
  }
}
