import CoreAPI
import Essentials
import Foundation
import Imaging
import TensorFiles
import Tensors

/// The three parts of one round, built from the recipe.
struct ChainRound {
  let index: Int
  /// The seed of the round's networks.
  let seed: UInt64
  /// The seed of their trainings; another one where they go on from the round before, whose order,
  /// crops and dropout they would else repeat.
  let trainingSeed: UInt64
  let generator: any SeedGenerator
  let expander: any Expander
  let segmenter: any Segmenter
  /// Whether the expander is the segmenter too, so that one training serves both.
  let hasOneTraining: Bool
  /// What the stages of each part depend on besides images and other stages.
  let identities: PartIdentities
  let context: any Context
  /// What the context is made of, part of the classifier's key; empty for the baseline.
  let contextInputs: [String: String]

  /// Builds the parts with their initial weights.
  init(
    index: Int, configuration: ChainConfiguration, classes: ClassList, context: any Context,
    contextInputs: [String: String]
  ) throws {
    self.index = index
    let intervention = configuration.intervention
    seed = intervention.control.seed(ofRound: index, run: configuration.seed)
    trainingSeed = intervention.restart.trainingSeed(
      ofRound: index, network: seed, run: configuration.seed)
    self.context = context
    self.contextInputs = contextInputs
    let part = PartContext(
      classes: classes, seed: seed, device: configuration.options.device,
      context: context)
    generator = try Self.make(
      configuration.seedGenerator.entry, configuration.seedGenerator.reader, part)
    expander = try Self.make(configuration.expander.entry, configuration.expander.reader, part)
    if configuration.namesOnePluginTwice, let both = expander as? any ExpandingSegmenter {
      try configuration.checkSegmenterOfOneTraining()
      segmenter = both
      hasOneTraining = true
    } else {
      segmenter = try Self.make(
        configuration.segmenter.entry, configuration.segmenter.reader, part)
      hasOneTraining = false
    }
    identities = PartIdentities(
      seedGenerator: try PartIdentity(generator, configuration.seedGenerator.reader),
      expander: try PartIdentity(expander, configuration.expander.reader),
      // The masks of one training depend on the values of its section, which is the expander's.
      segmenter: try PartIdentity(
        segmenter, hasOneTraining ? configuration.expander.reader : configuration.segmenter.reader))
  }

  /// Builds a part; the error of a file that is not there names its key.
  private static func make<Part>(
    _ entry: PluginRegistry.Entry<Part>, _ reader: ConfigurationReader, _ part: PartContext
  ) throws -> Part {
    do {
      return try entry.make(reader, part)
    } catch FileError.notFound(let path) {
      throw reader.error(absentFile: path) ?? FileError.notFound(path: path)
    }
  }

  /// The parts with what their trainings are called; two where one part has two roles.
  var parts: [(title: String, part: any TrainablePart)] {
    hasOneTraining
      ? [("classifier", generator), (expanderTitle, expander)]
      : [("classifier", generator), (expanderTitle, expander), ("segmenter", segmenter)]
  }

  /// What the expander's training is called.
  var expanderTitle: String { hasOneTraining ? "expander and segmenter" : "expander" }

  /// The supervision of all parts.
  var supervision: [SupervisionRecord] { parts.flatMap(\.part.supervision) }
}

/// The published outputs of one round.
struct RoundOutputs {
  var seeds: StageResult
  var pseudoMasks: StageResult
  var trainingMasks: StageResult
  var validationMasks: StageResult
  /// The counts of the CAMs' scores.
  var activations: StageResult
  var evaluation: StageResult
  var scores: RoundScores
  /// The trained weights of classifier, expander and segmenter, for a warm start; the last two are
  /// the same where one training serves both.
  var weights: (classifier: StageResult, expander: StageResult, segmenter: StageResult)

  /// The folders of the run directory that hold the round's outputs, by what they hold.
  var folders: [String: String] {
    [
      "classifier": weights.classifier, "seeds": seeds, "expander": weights.expander,
      "pseudo-masks": pseudoMasks, "segmenter": weights.segmenter,
      "training-masks": trainingMasks, "validation-masks": validationMasks,
      "activations": activations, "evaluation": evaluation,
    ].mapValues { "stages/" + ($0.directory as NSString).lastPathComponent }
  }

  var seedFolder: SeedFolder { SeedFolder(path: seeds.path("seeds")) }
  var pseudoMaskFolder: MaskFolder { MaskFolder(path: pseudoMasks.path("masks")) }
  var maskFolder: MaskFolder { MaskFolder(path: trainingMasks.path("masks")) }
}
