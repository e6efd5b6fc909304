/// Whoever records figures over the course of a run.
public protocol MetricsSink: Sendable {
  /// Records figures of one moment.
  ///
  /// - Parameters:
  ///   - stage: The stage they belong to.
  ///   - step: The step within the stage.
  ///   - values: The figures by name.
  func record(stage: String, step: Int, values: [(name: String, value: Double)])
}

/// Records nothing.
public struct SilentMetrics: MetricsSink {
  /// Creates a sink that records nothing.
  public init() {}

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func record(stage: String, step: Int, values: [(name: String, value: Double)]) {}
}
