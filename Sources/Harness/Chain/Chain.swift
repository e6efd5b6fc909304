public import CoreAPI
import Datasets
import Essentials
import Foundation
import Imaging
import TensorFiles
import Tensors

/// A baseline and its rounds with the do-operator: seed generator, expander and segmenter in a row.
///
/// Round 0 is the baseline, to the bit. After a round, the segmenter's masks of the training images
/// give the confounder set C and every image's mask X_m; the next round's classifier is trained on
/// P(Y | do(X)), and the rest of the chain follows. Every step is a stage whose output is published
/// whole, so that a run that was killed continues where it stopped.
///
/// # Source
///
/// Zhang et al., "Causal intervention for weakly-supervised semantic segmentation", NeurIPS 2020,
/// figure 4.
public final class Chain {
  let configuration: ChainConfiguration
  let dataset: any SegmentationDataset
  let splits: ChainSplits
  let directory: String
  let progress: any ProgressSink
  let metrics: any MetricsSink
  private(set) var supervision: [SupervisionRecord] = []
  /// What the numbers of the run follow from besides its seed.
  let settings: RunSettings
  /// The stages that the run reached, for `conta why`.
  let uses: StageUseLog
  private let cache: String?
  private let stageCount: Int
  private var openedStore: (any StageRunner)?
  private var baseline: ChainRound?
  /// How far the run is, nil before it begins.
  private var runProgress: RunProgress?

  /// The version of what the stages write; raise it when the same configuration gives other files.
  static let version = 4

  /// Reads a recipe, builds its parts and checks its data; nothing is written yet.
  ///
  /// - Parameters:
  ///   - recipe: What to run.
  ///   - registry: The known plugins.
  ///   - directory: The run's folder, held by the caller.
  ///   - cache: The folder of stages that several runs share, nil for the run's own.
  ///   - overrides: Settings that win over the recipe's.
  ///   - progress: Shows progress to the user.
  ///   - metrics: Records figures over the course of the run.
  /// - Throws: Errors of the recipe, of the data set and of the file system, before any work.
  public init(
    recipe: Recipe, registry: PluginRegistry, directory: String, cache: String? = nil,
    overrides: RuntimeOverrides = RuntimeOverrides(),
    progress: any ProgressSink = SilentProgress(), metrics: any MetricsSink = SilentMetrics()
  ) throws {
    self.directory = directory
    self.cache = cache
    uses = StageUseLog(directory: directory)
    self.progress = progress
    self.metrics = metrics
    let configuration = try ChainConfiguration(recipe, registry: registry, overriding: overrides)
    self.configuration = configuration
    Runtime.setThreadCount(configuration.options.threads)
    Runtime.keepFreedMemory()
    let original = try configuration.data.makeDataset()
    let baseline = try ChainRound(
      index: 0, configuration: configuration, classes: original.classes, context: NoContext(),
      contextInputs: [:])
    self.baseline = baseline
    try configuration.finish()
    settings = configuration.settings(
      dataset: original.fingerprint, files: baseline.identities.files, version: Self.version)
    splits = try ChainSplits(
      configuration.data, dataset: original, stepLimit: configuration.options.stepLimit,
      samplesPerStep: baseline.parts.map(\.part.samplesPerStep).max() ?? 1)
    stageCount = Self.stageCount(
      configuration.intervention, hasOneTraining: baseline.hasOneTraining)
    dataset =
      configuration.data.shufflesLabels
      ? ShuffledLabels(original, ids: splits.labelled, seed: configuration.seed) : original
    try check(baseline)
  }

  /// The outputs of the stages; the store is opened, or created, at its first use.
  var store: any StageRunner {
    get throws {
      if let openedStore { return openedStore }
      let store = try openStore()
      openedStore = store
      return store
    }
  }

  private func openStore() throws -> any StageRunner {
    let group = configuration.options.processes
    if let group, group.rank > 0 { return FollowingStages(group: group) }
    let store =
      try cache.map { try StageStore(cache: $0, run: directory, progress: progress) }
      ?? StageStore(root: directory, progress: progress)
    return group.map { LeadingStages(stages: store, group: $0) } ?? store
  }

  /// Takes part in the trainings of a run whose files process 0 writes.
  ///
  /// - Throws: The first error of any stage.
  func follow() throws {
    var previous: RoundOutputs?
    for index in 0...configuration.intervention.rounds {
      previous = try run(makeRound(index, after: previous), after: previous)
    }
  }

  /// Runs all rounds and returns their scores.
  ///
  /// - Returns: The scores of the baseline and of every round after it.
  /// - Throws: The first error of any stage; run the same command again to continue.
  public func run() throws -> ChainReport {
    _ = try store
    try ResultFiles.removeOutdated(for: expectedResults)
    try AtomicFile.write(
      configuration.resolved.canonicalText, to: "\(directory)/configuration.yaml")
    runProgress = RunProgress(total: stageCount)
    try runProgress?.write(to: directory)
    if let note = configuration.options.precisionNote() { progress.note(note) }
    var outputs: [RoundOutputs] = []
    var contexts: [Int: ContextVariation] = [:]
    for index in 0...configuration.intervention.rounds {
      let round = try makeRound(index, after: outputs.last)
      supervision = round.supervision
      if index == 0, configuration.options.stepLimit == nil {
        round.randomStarts.forEach(progress.note)
      }
      outputs.append(try run(round, after: outputs.last))
      contexts[index] = try (round.context as? DoOperator)?.variation(of: splits.training)
    }
    try ContactSheet(chain: self, rounds: outputs).write(to: "\(directory)/contact-sheet.png")
    try AtomicFile.write(JSON.encode(outputs.map(\.folders)), to: "\(directory)/rounds.json")
    try RunConfusions(ofRounds: outputs.map(\.evaluation)).write(to: directory)
    let report = ChainReport(
      chain: self, scores: outputs.map(\.scores),
      stages: outputs.map { uses.folder(of: $0.evaluation) }, contexts: contexts)
    try report.write(to: directory)
    return report
  }

  /// Counts a stage whose output is there.
  func noteProgress() throws {
    runProgress?.finished += 1
    try runProgress?.write(to: directory)
  }

  /// Builds the parts of a round; from round 1 on with the do-operator.
  func makeRound(_ index: Int, after previous: RoundOutputs?) throws -> ChainRound {
    guard let previous else {
      // The baseline is built already; it is given away so that its weights do not stay in memory.
      defer { baseline = nil }
      return try baseline
        ?? ChainRound(
          index: index, configuration: configuration, classes: dataset.classes,
          context: NoContext(), contextInputs: [:])
    }
    let (context, inputs) = try context(ofRound: index, after: previous)
    let round = try ChainRound(
      index: index, configuration: configuration, classes: dataset.classes, context: context,
      contextInputs: inputs)
    if configuration.intervention.restart == .warm {
      try WeightStage.load(
        previous.weights.classifier,
        into: [round.generator.parameters] + (context.parameters.map { [$0] } ?? []), lenient: true)
      try WeightStage.load(
        previous.weights.expander, into: [round.expander.parameters], lenient: true)
      if !round.hasOneTraining {
        try WeightStage.load(
          previous.weights.segmenter, into: [round.segmenter.parameters], lenient: true)
      }
    }
    return round
  }

  /// Builds the context of a round after the baseline, and what it is made of.
  private func context(
    ofRound index: Int, after previous: RoundOutputs
  ) throws -> (context: any Context, inputs: [String: String]) {
    let reading = configuration.intervention
    let intervention = configuration.interventionOfARound.canonicalText
    guard reading.hasContext else { return (NoContext(), ["intervention": intervention]) }
    let source =
      reading.confounderMasks == .pseudoMasks ? previous.pseudoMasks : previous.trainingMasks
    let confounders = try confounderSet(from: source, round: index)
    let size = ImageSize(width: reading.maskSize, height: reading.maskSize)
    var masks: [String: LabelMap] = [:]
    var labels: [String: ImageLabels] = [:]
    for id in splits.labelled {
      // Reduced one by one: all of a large data set as they are would not fit into memory.
      masks[id] = try previous.maskFolder.labelMap(of: id).resized(to: size)
      labels[id] = try dataset.labels(of: id)
    }
    let context = try DoOperator(
      configuration: reading, confounders: confounders.set, masks: masks, labels: labels,
      seed: configuration.seed, device: configuration.options.device)
    return (
      context,
      [
        "confounders": confounders.stage.contentHash, "masks": previous.trainingMasks.contentHash,
        "intervention": intervention,
      ]
    )
  }
}
