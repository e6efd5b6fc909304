import CoreAPI

/// Writes the figures of trainings into `metrics.jsonl` of a run directory.
struct RunMetrics: MetricsSink {
  let log: MetricsLog

  func record(stage: String, step: Int, values: [(name: String, value: Double)]) {
    // A figure that cannot be logged must not end a training; a full disk shows at the checkpoint.
    try? log.append(
      ["stage": stage],
      values: Dictionary(values, uniquingKeysWith: { $1 }).merging(["step": Double(step)]) { $1 })
  }

  func rewind(stage: String, to step: Int) {
    try? log.removeLines(ofStage: stage, after: step)
  }
}
