import CoreAPI
import Essentials
import Foundation
import Tensors

extension Chain {
  /// Reads and checks one recipe of a request; nothing is written yet.
  ///
  /// - Parameters:
  ///   - path: The recipe file.
  ///   - directory: The run's folder.
  ///   - request: Says how to run it.
  ///   - registry: The known plugins.
  ///   - progress: Shows progress to the user.
  ///   - processes: The processes of the run, nil for this one alone.
  /// - Throws: The first error, in words for the person who asked.
  convenience init(
    recipe path: String, directory: String, of request: RunRequest, registry: PluginRegistry,
    progress: any ProgressSink, processes: RunProcesses? = nil
  ) throws {
    var device = try request.device.map(Device.init)
    // Every process of a machine has a GPU of its own; one that was given a single GPU by its launcher
    // sees no other.
    if request.device == "cuda", let processes, processes.group != nil {
      device = .cuda(Runtime.cudaDeviceCount == 1 ? 0 : processes.localRank)
    }
    let isFirst = processes?.isFirst ?? true
    try self.init(
      recipe: Recipe(path: path, overrides: request.allOverrides), registry: registry,
      directory: directory, cache: request.cache,
      overrides: RuntimeOverrides(
        threads: request.threads, device: device, stepLimit: request.steps,
        processes: processes?.group),
      progress: isFirst ? progress : SilentProgress(),
      metrics: isFirst
        ? RunMetrics(log: MetricsLog(path: "\(directory)/metrics.jsonl")) : SilentMetrics())
  }

  /// Runs into the chain's folder, which no other run may use, continuing what an interrupted run
  /// left there; nil in the processes that only take part.
  func runInFolder() throws -> ChainReport? {
    if let group = configuration.options.processes, group.rank > 0 {
      try follow()
      return nil
    }
    let folder = try RunDirectory(path: directory)
    return try withExtendedLifetime(folder) { try run() }
  }
}

extension RunRequest {
  /// The overrides with those that have an option of their own.
  var allOverrides: [String] { overrides + (seed.map { ["seed=\($0)"] } ?? []) }
}
