import CoreAPI
import Essentials
import Foundation

extension Chain {
  /// Scores a round.
  ///
  /// Each kind of output is counted in a stage of its own, and one more, which opens no image, makes
  /// numbers of the counts: another threshold costs milliseconds, and another setting of a CRF counts
  /// again only what came out of it.
  func evaluationStages(
    _ round: ChainRound, seeds: StageResult, pseudoMasks: StageResult, masks: StageResult
  ) throws -> (scores: RoundScores, stage: StageResult, activations: StageResult) {
    let activations = try activationStage(round, seeds: seeds)
    let pseudoScores = try maskStage(
      "score-pseudo-masks", .pseudoMask, of: pseudoMasks, round, images: splits.scored)
    let maskScores = try maskStage(
      "score-masks", .segmentationMask, of: masks, round, images: splits.validation)
    let stage = description(
      "evaluate", version: StageVersion.evaluation,
      configuration: ConfigurationNode(
        .section([
          .init(
            key: "cam_threshold",
            node: ConfigurationNode(.scalar("\(configuration.camThreshold)")))
        ])),
      inputs: [
        "activations": activations.contentHash, "pseudo-masks": pseudoScores.contentHash,
        "masks": maskScores.contentHash,
      ])
    let result = try output(of: stage, in: round.index) { work in
      let counts = try ActivationCounts(in: activations.directory)
      var sets = try RunConfusions(in: pseudoScores.directory).sets
      sets.merge(try RunConfusions(in: maskScores.directory).sets) { own, _ in own }
      sets[.init(round: 0, column: .classActivationMap)] = counts.confusions(
        at: configuration.camThreshold)
      let scores = RoundScores(sets, sweep: counts.sweep())
      try AtomicFile.write(JSON.encode(scores), to: work.outputPath("scores.json"))
      try RunConfusions(sets).write(to: work.output)
    }
    let scores = try JSONDecoder().decode(
      RoundScores.self, from: AtomicFile.read(result.path("scores.json")))
    return (scores, result, activations)
  }

  /// Counts the scores of the CAMs, for any threshold.
  private func activationStage(_ round: ChainRound, seeds: StageResult) throws -> StageResult {
    try scoreStage("score-cams", of: seeds, round, images: splits.scored) { work, environment in
      var counts = ActivationCounts(
        classCount: dataset.classes.names.count, images: hash(of: splits.scored))
      let folder = SeedFolder(path: seeds.path("seeds"))
      try ImageSweep.run(over: splits.scored, in: environment, isDone: { _ in false }) { _, id in
        try counts.add(folder.seed(of: id).fullResolution, groundTruth: dataset.groundTruth(of: id))
      }
      try counts.write(to: work.output)
    }
  }

  /// Counts the right and wrong pixels of masks.
  private func maskStage(
    _ name: String, _ column: ResultColumn, of masks: StageResult, _ round: ChainRound,
    images ids: [String]
  ) throws -> StageResult {
    try scoreStage(name, of: masks, round, images: ids) { work, environment in
      var confusions = ImageConfusions(
        classCount: dataset.classes.names.count, images: hash(of: ids))
      let folder = MaskFolder(path: masks.path("masks"))
      try ImageSweep.run(over: ids, in: environment, isDone: { _ in false }) { _, id in
        try confusions.add(
          prediction: folder.labelMap(of: id), groundTruth: dataset.groundTruth(of: id))
      }
      try RunConfusions([.init(round: 0, column: column): confusions]).write(to: work.output)
    }
  }

  private func scoreStage(
    _ name: String, of predictions: StageResult, _ round: ChainRound, images ids: [String],
    produce: (WorkDirectory, TrainingEnvironment) throws -> Void
  ) throws -> StageResult {
    let stage = description(
      name, version: StageVersion.scores, configuration: ConfigurationNode(.section([])),
      inputs: [
        "dataset": dataset.fingerprint, "images": hash(of: ids),
        "predictions": predictions.contentHash,
      ])
    return try output(of: stage, in: round.index) { work in
      var environment = environment("evaluation", round, work)
      environment.loaderThreads = 1
      try produce(work, environment)
    }
  }
}
