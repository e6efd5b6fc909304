public import Essentials
import Foundation
public import Tensors

/// The loop that trains every network: batches in a seeded order, steps, checkpoints, progress.
///
/// The order of samples derives from (seed, epoch), the augmentation of a sample from (seed, epoch,
/// position), so a training that was killed continues from its last checkpoint and ends with the
/// same bits as one that was not.
///
/// Several processes (``TrainingEnvironment/processes``) take a share of every batch each, and agree
/// on gradients and loss before every step. Samples, their augmentation and their dropout are those
/// of one process, whatever the number; process 0 writes the checkpoints.
public struct TrainingLoop {
  /// How long a training lasts.
  public enum Length: Sendable, Equatable {
    /// So many passes over the training set.
    case epochs(Int)
    /// So many optimizer steps.
    case steps(Int)
  }

  /// The number of samples of a batch, of all processes together.
  public var batchSize: Int
  /// The number of batches whose gradients are summed up for one step (Caffe's `iter_size`).
  public var accumulation: Int
  /// How long the training lasts.
  public var length: Length

  /// Creates a loop.
  ///
  /// - Parameters:
  ///   - batchSize: The number of samples of a batch, at least 1.
  ///   - accumulation: The number of batches of one step, at least 1.
  ///   - length: How long the training lasts.
  public init(batchSize: Int, accumulation: Int = 1, length: Length) {
    precondition(batchSize > 0, "Batch size must be positive, got \(batchSize)")
    precondition(accumulation > 0, "Accumulation must be positive, got \(accumulation)")
    self.batchSize = batchSize
    self.accumulation = accumulation
    self.length = length
  }

  /// Returns the number of steps for a training set; incomplete batches are dropped.
  ///
  /// - Parameter sampleCount: The size of the training set.
  /// - Returns: The number of optimizer steps.
  public func stepCount(for sampleCount: Int) -> Int {
    switch length {
    case .epochs(let epochs): sampleCount / (batchSize * accumulation) * epochs
    case .steps(let steps): steps
    }
  }

  /// Trains.
  ///
  /// - Parameters:
  ///   - sampleCount: The size of the training set.
  ///   - optimizer: What applies the gradients.
  ///   - schedule: The learning rate of every step.
  ///   - stores: Everything that a checkpoint must hold.
  ///   - environment: Seed, progress, and the folder for checkpoints.
  ///   - prepare: Loads and augments the sample at an index, on a background thread.
  ///   - loss: Computes the scalar loss of a batch with gradient.
  ///   - statistics: Collects figures worth logging at the end of every epoch.
  /// - Throws: ``CoreError`` if there are too few samples or the loss is not finite, or if processes
  ///   cannot share the batch; errors of `prepare` and `loss`, and file errors of the checkpoints.
  public func run<Sample: Sendable>(
    sampleCount: Int, optimizer: any Optimizer, schedule: any LearningRateSchedule,
    stores: [ParameterStore], in environment: TrainingEnvironment,
    prepare: @escaping @Sendable (_ index: Int, _ stream: inout RandomStream) throws -> Sample,
    loss: (_ batch: [Sample]) throws -> Tensor,
    statistics: (any EpochStatistics)? = nil
  ) throws {
    let samplesPerStep = batchSize * accumulation
    guard sampleCount >= samplesPerStep else {
      throw CoreError.tooFewSamples(
        stage: environment.stage, found: sampleCount, batchSize: samplesPerStep)
    }
    let processes = TrainingProcesses(group: environment.processes, stage: environment.stage)
    let share = try processes.share(ofBatch: batchSize)
    let metrics: any MetricsSink = processes.isFirst ? environment.metrics : SilentMetrics()
    let progress: any ProgressSink = processes.isFirst ? environment.progress : SilentProgress()
    let stepsPerEpoch = sampleCount / samplesPerStep
    let total = min(stepCount(for: sampleCount), environment.stepLimit ?? .max)
    let checkpoint = TrainingCheckpoint(
      directory: environment.workDirectory, stores: stores, optimizer: optimizer,
      stage: environment.stage, setsDamagedAside: processes.isFirst, progress: progress)
    let (start, restoredSums) = try checkpoint.restore()
    try processes.checkStart(step: start, stores: stores, optimizer: optimizer)
    var step = start
    var epochLoss = RunningMean(restoredSums)
    statistics?.epochSums = restoredSums
    metrics.rewind(stage: environment.stage, to: step)
    var lastCheckpoint = Date()

    let order = SampleOrder(
      seed: environment.seed, sampleCount: sampleCount,
      samplesPerEpoch: stepsPerEpoch * samplesPerStep)
    let batchSize = batchSize
    let seed = environment.seed
    let loader = BatchLoader<[Sample]>(
      positions: min(step, total) * accumulation..<total * accumulation,
      threads: environment.loaderThreads
    ) { batch in
      let (epoch, positions, indices) = order.batch(batch, size: batchSize, share: share)
      return try zip(positions, indices).map { position, index in
        var stream = RandomStream(seed: seed, "augmentation", epoch, position)
        return try prepare(index, &stream)
      }
    }
    let fullTotal = environment.fullCount(of: sampleCount).map { stepCount(for: $0) }
    progress.update(
      StageProgress(
        task: environment.stage, completed: step, total: total, fullTotal: fullTotal))
    while step < total {
      var stepLoss = 0.0
      try optimizer.zeroGradients()
      for _ in 0..<accumulation {
        guard let batch = try loader.nextBatch() else { break }
        stepLoss += try processes.sharingBatch {
          let value = try loss(batch) / Double(accumulation)
          try value.backward()
          return try value.item()
        }
      }
      let agreed = try processes.finishStep(loss: stepLoss, optimizer: optimizer)
      stepLoss = agreed.loss
      guard stepLoss.isFinite else {
        throw CoreError.lossNotFinite(stage: environment.stage, step: step)
      }
      try optimizer.step(rate: schedule.rate(at: step))
      step += 1
      epochLoss.add(stepLoss)
      progress.update(
        StageProgress(
          task: environment.stage, completed: step, total: total,
          values: [("loss", epochLoss.recent)], fullTotal: fullTotal))
      if step.isMultiple(of: stepsPerEpoch) || step == total {
        metrics.record(
          stage: environment.stage, step: step,
          values: [("loss", epochLoss.mean), ("rate", schedule.rate(at: step - 1))]
            + (try statistics?.epochStatistics() ?? []))
        epochLoss = RunningMean()
      }
      let isStopping = processes.group == nil ? StopRequest.isMade : agreed.isStopping
      if processes.isFirst,
        step == total || isStopping
          || -lastCheckpoint.timeIntervalSinceNow >= environment.checkpointInterval
      {
        try checkpoint.save(
          step: step, sums: epochLoss.sums.merging(statistics?.epochSums ?? [:]) { own, _ in own })
        lastCheckpoint = Date()
      }
      if isStopping { throw StopRequest.Stopped() }
    }
  }
}

/// The order in which a training visits its samples.
private struct SampleOrder: Sendable {
  let seed: UInt64
  let sampleCount: Int
  let samplesPerEpoch: Int

  /// Returns epoch, positions in the epoch, and indices of a share of the `n`th batch.
  ///
  /// An epoch has a whole number of batches, so no batch lies in two.
  func batch(
    _ n: Int, size: Int, share: Range<Int>
  ) -> (epoch: Int, positions: Range<Int>, indices: ArraySlice<Int>) {
    let epoch = n * size / samplesPerEpoch
    let first = n * size % samplesPerEpoch
    let positions = first + share.lowerBound..<first + share.upperBound
    return (epoch, positions, permutation(ofEpoch: epoch)[positions])
  }

  /// Shuffling again for every batch costs microseconds and keeps the type a pure value.
  private func permutation(ofEpoch epoch: Int) -> [Int] {
    var stream = RandomStream(seed: seed, "order", epoch)
    return (0..<sampleCount).shuffled(using: &stream)
  }
}

/// The mean loss of an epoch and a smoothed recent one.
private struct RunningMean {
  private var sum = 0.0
  private var count = 0
  private(set) var recent = 0.0

  init() {}

  /// Continues with ``sums``.
  init(_ sums: [String: Double]) {
    sum = sums["loss sum"] ?? 0
    count = Int(sums["loss count"] ?? 0)
    recent = sums["recent loss"] ?? 0
  }

  /// What an interrupted epoch continues with.
  var sums: [String: Double] {
    ["loss sum": sum, "loss count": Double(count), "recent loss": recent]
  }

  var mean: Double { count == 0 ? 0 : sum / Double(count) }

  mutating func add(_ value: Double) {
    sum += value
    count += 1
    recent = count == 1 ? value : 0.9 * recent + 0.1 * value
  }
}
