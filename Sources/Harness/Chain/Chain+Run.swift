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
  /// - Throws: The first error, in words for the person who asked.
  convenience init(
    recipe path: String, directory: String, of request: RunRequest, registry: PluginRegistry,
    progress: any ProgressSink
  ) throws {
    try self.init(
      recipe: Recipe(path: path, overrides: request.allOverrides), registry: registry,
      directory: directory, cache: request.cache,
      overrides: RuntimeOverrides(
        threads: request.threads, device: try request.device.map(Device.init),
        stepLimit: request.steps),
      progress: progress,
      metrics: RunMetrics(log: MetricsLog(path: "\(directory)/metrics.jsonl")))
  }

  /// Runs into the chain's folder, which no other process may use, continuing what an interrupted
  /// run left there.
  func runInFolder() throws -> ChainReport {
    let folder = try RunDirectory(path: directory)
    return try withExtendedLifetime(folder) { try run() }
  }
}

extension RunRequest {
  /// The overrides with those that have an option of their own.
  var allOverrides: [String] { overrides + (seed.map { ["seed=\($0)"] } ?? []) }
}
