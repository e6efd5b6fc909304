/// Whoever records figures over the course of a run.
public protocol MetricsSink: Sendable {
  /// Records figures of one moment.
  ///
  /// - Parameters:
  ///   - stage: The stage they belong to.
  ///   - step: The step within the stage.
  ///   - values: The figures by name.
  func record(stage: String, step: Int, values: [(name: String, value: Double)])
  /// Forgets the figures of a stage after a step, which the stage is about to repeat.
  ///
  /// - Parameters:
  ///   - stage: The stage.
  ///   - step: The step that it continues after, 0 if it starts anew.
  func rewind(stage: String, to step: Int)
}

extension MetricsSink {
  /// Does nothing, for sinks that do not outlive the process.
  public func rewind(stage: String, to step: Int) {}
}

/// Records nothing.
public struct SilentMetrics: MetricsSink {
  /// Creates a sink that records nothing.
  public init() {}

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func record(stage: String, step: Int, values: [(name: String, value: Double)]) {}
}
