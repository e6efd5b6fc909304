public import TensorFiles
public import Tensors

/// The surroundings of a training or an inference, given by the harness.
public struct TrainingEnvironment {
  /// What is being done, for messages and progress, for example "IRNet · CAM classifier".
  public var stage: String
  /// The seed of everything random in this stage.
  public var seed: UInt64
  /// Where tensors live.
  public var device: Device
  /// The reduced precision of convolutions, nil for full precision.
  public var autocast: DType?
  /// The number of steps after which any training stops early, for smoke tests.
  public var stepLimit: Int?
  /// How many images a run without a step limit has for each that this one has, at least 1.
  public var imageShare = 1.0
  /// The processes that share the batches of trainings, nil for one process.
  public var processes: ProcessGroup?
  /// A folder for unfinished work, kept when the process dies.
  public var workDirectory: String
  /// How many threads prepare batches ahead of the training.
  public var loaderThreads: Int
  /// The number of seconds between two checkpoints.
  public var checkpointInterval: Double
  /// Shows progress to the user.
  public var progress: any ProgressSink
  /// Records figures over the course of the run.
  public var metrics: any MetricsSink

  /// Creates the surroundings of a stage.
  ///
  /// - Parameters:
  ///   - stage: What is being done.
  ///   - seed: The seed of everything random in this stage.
  ///   - workDirectory: A folder for unfinished work.
  ///   - device: Where tensors live.
  ///   - autocast: The reduced precision of convolutions, nil for full precision.
  ///   - stepLimit: The number of steps after which any training stops early.
  ///   - loaderThreads: How many threads prepare batches, at least 1.
  ///   - checkpointInterval: The number of seconds between two checkpoints.
  ///   - progress: Shows progress to the user.
  ///   - metrics: Records figures over the course of the run.
  public init(
    stage: String, seed: UInt64, workDirectory: String, device: Device = .cpu,
    autocast: DType? = nil, stepLimit: Int? = nil, loaderThreads: Int = 2,
    checkpointInterval: Double = 30, progress: any ProgressSink = SilentProgress(),
    metrics: any MetricsSink = SilentMetrics()
  ) {
    precondition(loaderThreads > 0, "At least one loader thread is needed, got \(loaderThreads)")
    self.stage = stage
    self.seed = seed
    self.workDirectory = workDirectory
    self.device = device
    self.autocast = autocast
    self.stepLimit = stepLimit
    self.loaderThreads = loaderThreads
    self.checkpointInterval = checkpointInterval
    self.progress = progress
    self.metrics = metrics
  }

  /// Returns how many images a run without a step limit has; nil if this run is one.
  ///
  /// - Parameter count: The number of images that this run has.
  /// - Returns: The number of images of all, nil without a step limit.
  func fullCount(of count: Int) -> Int? {
    stepLimit.map { _ in Int((Double(count) * imageShare).rounded()) }
  }
}
