public import CoreAPI
import Datasets
import Harness

/// Writes ContextWorld as a folder, the work behind `conta world`.
public enum WorldWriter {
  /// Writes a world.
  ///
  /// - Parameters:
  ///   - request: What was asked for.
  ///   - progress: Shows progress.
  /// - Throws: A configuration or file error in words for the person who asked.
  public static func write(_ request: WorldRequest, progress: any ProgressSink) throws {
    var overrides = request.overrides
    if let seed = request.seed { overrides.append("seed=\(seed)") }
    let reader = try Recipe(text: "", name: "conta world", overrides: overrides).reader()
    let configuration = try ContextWorld.Configuration(reader)
    try reader.finish()
    try ContextWorld(configuration).write(to: request.output) { written, total in
      progress.update(
        StageProgress(task: "ContextWorld", completed: written, total: total))
    }
  }
}
