/// How cells are submitted to Slurm: the options of `sbatch` that sites ask for.
public struct SlurmOptions: Sendable, Equatable {
  /// The account that is charged, nil for the user's default.
  public var account: String?
  /// The partition, nil for the cluster's default.
  public var partition: String?
  /// The GPUs of every cell, as Slurm writes them, for example "1" or "a100:1"; nil for none.
  public var gpus: String?
  /// The time limit of every cell, as Slurm writes it; nil for the partition's.
  public var time: String?
  /// The most cells of one submission that run at the same time, nil for as many as the cluster lets.
  public var arrayLimit: Int?
  /// The number of seconds between two looks at the queue.
  public var pollInterval: Double

  /// Creates options.
  ///
  /// - Parameters:
  ///   - account: The account that is charged.
  ///   - partition: The partition.
  ///   - gpus: The GPUs of every cell.
  ///   - time: The time limit of every cell.
  ///   - arrayLimit: The most cells of one submission that run at the same time.
  ///   - pollInterval: The number of seconds between two looks at the queue.
  public init(
    account: String? = nil, partition: String? = nil, gpus: String? = nil, time: String? = nil,
    arrayLimit: Int? = nil, pollInterval: Double = 5
  ) {
    self.account = account
    self.partition = partition
    self.gpus = gpus
    self.time = time
    self.arrayLimit = arrayLimit
    self.pollInterval = pollInterval
  }

  /// The options as `sbatch` takes them.
  var arguments: [String] {
    [
      account.map { "--account=\($0)" }, partition.map { "--partition=\($0)" },
      // Not --gpus-per-task, which sbatch only takes together with a number of tasks.
      gpus.map { "--gres=gpu:\($0)" }, time.map { "--time=\($0)" },
    ].compactMap { $0 }
  }
}
