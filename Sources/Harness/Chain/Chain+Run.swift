public import CoreAPI
import Essentials
import Foundation
import Tensors

extension Chain {
  /// Runs a recipe into a folder, continuing what an interrupted run left there.
  ///
  /// - Parameters:
  ///   - request: What was asked for.
  ///   - registry: The known plugins.
  ///   - progress: Shows progress to the user.
  /// - Returns: The report, which is also in the folder.
  /// - Throws: The first error, in words for the person who asked.
  public static func run(
    _ request: RunRequest, registry: PluginRegistry, progress: any ProgressSink
  ) throws -> ChainReport {
    var overrides = request.overrides
    if let seed = request.seed { overrides.append("seed=\(seed)") }
    let recipe = try Recipe(path: request.recipe, overrides: overrides)
    let runtime = RuntimeOverrides(
      threads: request.threads, device: try request.device.map(Device.init),
      stepLimit: request.steps)
    let chain = try Chain(
      recipe: recipe, registry: registry, directory: request.output, overrides: runtime,
      progress: progress,
      metrics: RunMetrics(log: MetricsLog(path: "\(request.output)/metrics.jsonl")))
    let directory = try RunDirectory(path: request.output)
    return try withExtendedLifetime(directory) { try chain.run() }
  }
}
