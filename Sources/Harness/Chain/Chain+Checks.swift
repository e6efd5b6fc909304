import CoreAPI
import Tensors

extension Chain {
  /// Refuses what would otherwise fail after hours, when a stage first meets it.
  ///
  /// - Parameter baseline: The parts of round 0.
  /// - Throws: The error that the stage would have met.
  func check(_ baseline: ChainRound) throws {
    try checkTrainingSet(of: baseline)
    try checkIntervention()
    for id in splits.labelled { _ = try dataset.labels(of: id) }
    let scored = Set(splits.scored + splits.validation)
    try dataset.checkFiles(of: splits.training.filter { !scored.contains($0) }, withMasks: false)
    try dataset.checkFiles(of: scored.sorted(), withMasks: true)
    try checkFiles(of: baseline)
  }

  /// Checks the files that parts read: those of the training, and those of all images that they
  /// will be asked for.
  private func checkFiles(of round: ChainRound) throws {
    let training = TrainingSet(dataset: dataset, ids: splits.training)
    let intervention = configuration.intervention
    let needsTrainingMasks = intervention.rounds > 0 && intervention.hasContext
    for (_, part) in round.parts { try part.checkTrainingFiles(for: training) }
    let masked = (needsTrainingMasks ? splits.labelled : []) + splits.validation
    for (part, ids) in [
      (round.generator as any TrainablePart, splits.labelled), (round.expander, splits.labelled),
      (round.segmenter, masked),
    ] {
      try part.checkFiles(for: TrainingSet(dataset: dataset, ids: ids))
    }
  }

  private func checkTrainingSet(of round: ChainRound) throws {
    for (title, part) in round.parts where splits.training.count < part.samplesPerStep {
      throw CoreError.tooFewSamples(
        stage: "\(configuration.title) · \(title)", found: splits.training.count,
        batchSize: part.samplesPerStep)
    }
    guard let count = configuration.options.processes?.count else { return }
    for (title, part) in round.parts {
      for size in part.batchSizes where !size.isMultiple(of: count) {
        throw CoreError.batchNotDivisible(
          stage: "\(configuration.title) · \(title)", batchSize: size, processes: count)
      }
    }
  }

  /// Builds a classifier with the ports and fusions of the rounds, but without their masks.
  private func checkIntervention() throws {
    let intervention = configuration.intervention
    guard intervention.rounds > 0, intervention.hasContext else { return }
    let classCount = dataset.classes.foregroundCount
    let size = intervention.maskSize
    let confounders = ConfounderSet(
      classCount: classCount, size: size,
      maps: [Float](repeating: 0, count: classCount * size * size),
      prior: [Float](repeating: 0, count: classCount),
      imageCounts: [Int](repeating: 0, count: classCount))
    let context = try DoOperator(
      configuration: intervention, confounders: confounders, masks: [:],
      seed: configuration.seed, device: configuration.options.device)
    _ = try ChainRound(
      index: 1, configuration: configuration, classes: dataset.classes, context: context,
      contextInputs: [:])
    try context.checkPorts()
  }
}
