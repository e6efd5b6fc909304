import CoreAPI
import Essentials
import Foundation
import Imaging
import TensorFiles
import Tensors

extension Chain {
  /// Runs the stages of a round.
  func run(_ round: ChainRound, after previous: RoundOutputs?) throws -> RoundOutputs {
    let set = TrainingSet(dataset: dataset, ids: splits.training)
    let isWarm = previous != nil && configuration.intervention.restart == .warm

    let classifier = try classifierStage(
      round, on: set, start: isWarm ? previous?.weights.classifier : nil)
    let seeds = try seedStage(round, classifier: classifier)
    let seedFolder = SeedFolder(path: seeds.path("seeds"))

    var inputs = dataInputs
    inputs["seeds"] = seeds.contentHash
    if isWarm { inputs["start"] = previous?.weights.expander.contentHash }
    let expander = try trainingStage(
      "train-expander", round.expanderTitle, round, configuration.expander.entry.version,
      round.identities.expander, inputs: inputs, stores: [round.expander.parameters]
    ) { try round.expander.train(on: set, seeds: seedFolder, in: $0) }

    // Those of all images are for a segmenter to learn from, and for the next round if C is made of
    // them; others are only scored.
    let reading = configuration.intervention
    let isLast = round.index == reading.rounds || !reading.hasContext
    let needsAll = !round.hasOneTraining || !isLast && reading.confounderMasks == .pseudoMasks
    let pseudoMasks = try pseudoMaskStage(
      round, expander: expander, seeds: seeds, images: needsAll ? splits.labelled : splits.scored)
    let pseudoMaskFolder = MaskFolder(path: pseudoMasks.path("masks"))

    var segmenter = expander
    if !round.hasOneTraining {
      inputs = dataInputs
      inputs["pseudo-masks"] = pseudoMasks.contentHash
      if isWarm { inputs["start"] = previous?.weights.segmenter.contentHash }
      segmenter = try trainingStage(
        "train-segmenter", "segmenter", round, configuration.segmenter.entry.version,
        round.identities.segmenter, inputs: inputs, stores: [round.segmenter.parameters]
      ) { try round.segmenter.train(on: set, pseudoMasks: pseudoMaskFolder, in: $0) }
    }

    // A round with a context needs the masks of all training images; the contact sheet needs a few,
    // and leaves out those that another program did not make.
    let files = round.segmenter as? any FileBackedPart
    let trainingMasks = try maskStage(
      "training-masks", round, segmenter: segmenter,
      images: isLast ? splits.sheet.filter { files?.hasFile(for: $0) ?? true } : splits.labelled)
    let validationMasks = try maskStage(
      "validation-masks", round, segmenter: segmenter, images: splits.validation)
    let (scores, evaluation, activations) = try evaluationStages(
      round, seeds: seeds, pseudoMasks: pseudoMasks, masks: validationMasks)
    return RoundOutputs(
      seeds: seeds, pseudoMasks: pseudoMasks, trainingMasks: trainingMasks,
      validationMasks: validationMasks, activations: activations, evaluation: evaluation,
      scores: scores,
      weights: (classifier, expander, segmenter))
  }

  /// The number of stages of all rounds: three trainings, four kinds of outputs and four of scores
  /// in each, and a confounder set in those that have one.
  static func stageCount(
    _ intervention: InterventionConfiguration, hasOneTraining: Bool
  ) -> Int {
    let confounderSets = intervention.hasContext ? intervention.rounds : 0
    return (intervention.rounds + 1) * (hasOneTraining ? 10 : 11) + confounderSets
  }

  // MARK: - Trainings

  /// Trains the classifier of a round, from the weights of `start` if there are any.
  func classifierStage(
    _ round: ChainRound, on set: TrainingSet, start: StageResult?
  ) throws -> StageResult {
    var inputs = dataInputs.merging(round.contextInputs) { first, _ in first }
    inputs["start"] = start?.contentHash
    return try trainingStage(
      "train-classifier", "classifier", round, configuration.seedGenerator.entry.version,
      round.identities.seedGenerator, inputs: inputs,
      stores: [round.generator.parameters] + (round.context.parameters.map { [$0] } ?? [])
    ) { try round.generator.train(on: set, in: $0) }
  }

  private func trainingStage(
    _ name: String, _ title: String, _ round: ChainRound, _ version: Int,
    _ identity: PartIdentity, inputs: [String: String], stores: [ParameterStore],
    train: (TrainingEnvironment) throws -> Void
  ) throws -> StageResult {
    let stage = description(
      name, version: version, configuration: identity.trainingConfiguration,
      inputs: inputs.merging(identity.trainingInputs) { first, _ in first },
      seed: round.trainingSeed)
    let result = try output(of: stage, in: round.index) { work in
      var environment = environment(title, round, work)
      environment.seed = round.trainingSeed
      environment.processes = configuration.options.processes
      try train(environment)
      if isFirst { try WeightStage.save(stores, to: work) }
    }
    if result.wasStored { try WeightStage.load(result, into: stores) }
    return result
  }

  // MARK: - Inference

  /// Makes the seeds of all labelled images.
  func seedStage(_ round: ChainRound, classifier: StageResult) throws -> StageResult {
    let stage = description(
      "seeds", round, version: configuration.seedGenerator.entry.version,
      round.identities.seedGenerator,
      inputs: dataInputs.merging(round.contextInputs) { first, _ in first }
        .merging(
          ["classifier": classifier.contentHash, "encoding": SeedFolder.encoding]
        ) { first, _ in first })
    return try output(of: stage, in: round.index) { work in
      let environment = environment("CAMs", round, work)
      let folder = SeedFolder(path: work.outputPath("seeds"))
      try ImageSweep.run(
        over: splits.labelled, in: environment, isDone: { folder.contains($0) }
      ) { _, id in
        let seed = try round.generator.seed(
          for: dataset.image(of: id), id: id, labels: dataset.labels(of: id), in: environment)
        try folder.write(seed, of: id)
      }
    }
  }

  private func pseudoMaskStage(
    _ round: ChainRound, expander: StageResult, seeds: StageResult, images ids: [String]
  ) throws -> StageResult {
    let stage = description(
      "pseudo-masks", round, version: configuration.expander.entry.version,
      round.identities.expander,
      inputs: dataInputs.merging([
        "expander": expander.contentHash, "seeds": seeds.contentHash, "images": hash(of: ids),
      ]) { first, _ in first })
    return try output(of: stage, in: round.index) { work in
      let environment = environment("pseudo-masks", round, work)
      let folder = MaskFolder(path: work.outputPath("masks"))
      let source = SeedFolder(path: seeds.path("seeds"))
      try ImageSweep.run(
        over: ids, in: environment, isDone: { folder.contains($0) }
      ) { _, id in
        let mask = try round.expander.expand(
          source.seed(of: id), in: dataset.image(of: id), id: id, environment: environment)
        try folder.write(mask.labelMap, of: id)
      }
    }
  }

  /// Predicts the masks of images; validation and training images are stages of their own, because
  /// only rounds that another one follows need the latter.
  private func maskStage(
    _ name: String, _ round: ChainRound, segmenter: StageResult, images ids: [String]
  ) throws -> StageResult {
    let stage = description(
      name, round, version: configuration.segmenter.entry.version, round.identities.segmenter,
      inputs: dataInputs.merging([
        "segmenter": segmenter.contentHash, "images": hash(of: ids),
      ]) { first, _ in first })
    return try output(of: stage, in: round.index) { work in
      let environment = environment(
        name == "training-masks" ? "training masks" : "validation masks", round, work)
      let folder = MaskFolder(path: work.outputPath("masks"))
      try ImageSweep.run(over: ids, in: environment, isDone: { folder.contains($0) }) { _, id in
        try folder.write(
          round.segmenter.segment(dataset.image(of: id), id: id, in: environment), of: id)
      }
    }
  }

  // MARK: - Confounders

  /// Returns the confounder set of a round, averaged over the masks of the round before.
  func confounderSet(
    from masks: StageResult, round: Int
  ) throws -> (set: ConfounderSet, stage: StageResult) {
    let reading = configuration.intervention
    let classCount = dataset.classes.foregroundCount
    let stage = description(
      "confounders", version: StageVersion.confounders,
      configuration: configuration.confounderConfiguration,
      inputs: ["masks": masks.contentHash, "images": hash(of: splits.training)])
    let file = "confounders.safetensors"
    let result = try output(of: stage, in: round) { work in
      let folder = MaskFolder(path: masks.path("masks"))
      var accumulator = ConfounderSet.Accumulator(classCount: classCount, size: reading.maskSize)
      for id in splits.training { accumulator.add(try folder.labelMap(of: id)) }
      let set = accumulator.confounders(average: reading.average, prior: reading.prior)
      try Safetensors.write(
        [
          (
            "maps",
            TensorData(
              set.maps, dtype: .float32, shape: [classCount, set.size, set.size])
          ),
          ("prior", TensorData(set.prior, dtype: .float32, shape: [classCount])),
          (
            "image_counts",
            TensorData(set.imageCounts.map(Int64.init), dtype: .int64, shape: [classCount])
          ),
        ], metadata: [:], to: work.outputPath(file))
    }
    let stored = try SafetensorsFile(contentsOf: result.path(file))
    return (
      ConfounderSet(
        classCount: classCount, size: reading.maskSize,
        maps: try stored.tensor(named: "maps").floats(),
        prior: try stored.tensor(named: "prior").floats(),
        imageCounts: try stored.tensor(named: "image_counts").integers()),
      result
    )
  }

  // MARK: - Keys

  /// Finds or computes a stage and notes it for `conta why`.
  func output(
    of stage: StageDescription, in round: Int, produce: (WorkDirectory) throws -> Void
  ) throws -> StageResult {
    let result = try store.result(of: stage, produce: produce)
    if isFirst {
      try uses.note(stage, in: round, result: result)
      try noteProgress()
    }
    return result
  }

  /// Whether this process writes the run's files.
  private var isFirst: Bool { configuration.options.processes?.rank ?? 0 == 0 }

  /// The data that every stage depends on.
  var dataInputs: [String: String] {
    [
      "dataset": dataset.fingerprint, "training images": hash(of: splits.training),
      "scored images": hash(of: splits.scored), "validation images": hash(of: splits.validation),
      "step limit": configuration.options.stepLimit.map(String.init) ?? "none",
    ]
  }

  func hash(of ids: [String]) -> String {
    SHA256.hexDigest(of: ids.joined(separator: "\n").utf8)
  }

  /// Describes a stage.
  func description(
    _ name: String, version: Int, configuration node: ConfigurationNode,
    inputs: [String: String], seed: UInt64? = nil
  ) -> StageDescription {
    StageDescription(
      name: name, version: Self.version * 1000 + version, configuration: node, inputs: inputs,
      seed: seed ?? configuration.seed, numerics: configuration.options.numericsProfile)
  }

  /// Describes a stage in which a part infers.
  func description(
    _ name: String, _ round: ChainRound, version: Int, _ part: PartIdentity,
    inputs: [String: String]
  ) -> StageDescription {
    description(
      name, version: version, configuration: part.configuration,
      inputs: inputs.merging(part.inputs) { first, _ in first }, seed: round.seed)
  }

  /// The surroundings of a part's work in a stage.
  func environment(
    _ title: String, _ round: ChainRound, _ work: WorkDirectory
  ) -> TrainingEnvironment {
    let method = configuration.title
    let prefix =
      round.index == 0
      ? method : "\(method) + \(configuration.intervention.rowTitle) \(round.index)"
    var environment = TrainingEnvironment(
      stage: "\(prefix) · \(title)", seed: round.seed, workDirectory: work.scratch,
      device: configuration.options.device, autocast: configuration.options.autocast,
      stepLimit: configuration.options.stepLimit, loaderThreads: configuration.options.threads,
      checkpointInterval: configuration.options.checkpointInterval, progress: progress,
      metrics: metrics)
    environment.imageShare = splits.imageShare
    return environment
  }
}

/// JSON as the run directory has it: sorted keys, readable.
enum JSON {
  static func encode(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(value) + Data("\n".utf8)
  }
}
