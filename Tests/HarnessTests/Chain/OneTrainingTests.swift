import CoreAPI
import Essentials
import Foundation
import Harness
import Imaging
import PluginTestSupport
import SharedTestSupport
import Synchronization
import TensorFiles
import Tensors
import Testing

/// An expander that is the segmenter too is trained once and has one section in the recipe.
@Suite(.serialized) struct OneTrainingTests {
  private let trainings = Trainings()
  private let run: ChainRun

  init() throws {
    var registry = try ChainRun.minimalPlugins()
    let trainings = trainings
    try registry.registerExpander("both", summary: "") { try Both($0, $1, trainings) }
    try registry.registerSegmenter("both", summary: "") { try Both($0, $1, trainings) }
    run = try ChainRun(registry)
  }

  private static let names = ["expander.name=both", "segmenter={name: both}"]
  private static let stages = [
    "train-classifier", "seeds", "train-expander", "pseudo-masks", "training-masks",
    "validation-masks", "score-cams", "score-pseudo-masks", "score-masks", "evaluate",
  ]

  @Test func oneTrainingGivesPseudoMasksAndMasks() throws {
    let report = try run.finish(Self.names)
    #expect(trainings.kinds.withLock { $0 } == ["seeds"])
    #expect(try run.computed() == Self.stages)
    let progress = try #require(RunProgress(runDirectory: run.path))
    #expect(progress.finished == Self.stages.count && progress.total == Self.stages.count)
    let folders = try #require(try run.rounds().first)
    #expect(folders["segmenter"] == folders["expander"])
    #expect(report.supervision.filter { $0.use == "both" }.count == 1)
    // The plugin's pseudo-masks are its masks of the classes in the labels.
    let masks = try run.files("\(try #require(folders["training-masks"]))/masks")
    #expect(masks.count == 8)
    #expect(report.scores[0].segmentation > 0)
  }

  @Test func whatIsStoredIsNotComputedAgain() throws {
    try run.finish(Self.names)
    let table = run.text("table.md")
    let folder = try #require(try run.rounds().first?["validation-masks"])
    let masks = try run.files(folder)
    try run.forget()
    try FileManager.default.removeItem(atPath: "\(run.path)/\(folder)")
    try run.finish(Self.names)
    #expect(try run.computed() == ["validation-masks"])
    #expect(try run.files(folder) == masks)
    #expect(run.text("table.md") == table)
    #expect(trainings.kinds.withLock { $0 } == ["seeds"])
  }

  @Test func theExpandersSectionDecidesOverTheMasks() throws {
    try run.finish(Self.names)
    let before = try run.rounds()[0]
    try run.forget()
    try run.finish(Self.names + ["expander.flips=true"])
    let after = try run.rounds()[0]
    #expect(
      try run.computed() == Self.stages.dropFirst(2).filter { $0 != "score-cams" })
    for name in ["training-masks", "validation-masks"] {
      let folders = [try #require(before[name]), try #require(after[name])]
      #expect(try run.files("\(folders[0])/masks") != run.files("\(folders[1])/masks"), "\(name)")
    }
  }

  @Test(arguments: ["cold", "warm"])
  func aRoundStartsAsTheRecipeSays(restart: String) throws {
    try run.finish(Self.names + ["intervention.rounds=1", "intervention.restart=\(restart)"])
    let starts = trainings.starts.withLock { $0 }
    #expect(starts.count == 2)
    // A warm start has the weights that the round before ended with.
    let weights = try run.files(try #require(try run.rounds()[0]["expander"]))
    let trained = try #require(weights["weights.safetensors"])
    #expect((starts[0] == starts[1]) == (restart == "cold"))
    #expect((trained.range(of: starts[1]) != nil) == (restart == "warm"))
  }

  /// Nothing learns from its pseudo-masks, so those that are not scored are left out; C may be made of
  /// them, though.
  @Test(arguments: [
    ([String](), [4]), (["segmenter.name=minimal"], [12]),
    (["intervention.rounds=1"], [4, 4]),
    (["intervention.rounds=1", "intervention.confounder_masks=pseudo-masks"], [12, 4]),
  ])
  func pseudoMasksAreMadeWhereSomethingReadsThem(overrides: [String], counts: [Int]) throws {
    try run.finish(Self.names + ["data.scored_split=val"] + overrides)
    let found = try run.rounds().map {
      try run.files("\(try #require($0["pseudo-masks"]))/masks").count
    }
    #expect(found == counts)
  }

  @Test func besideAnotherExpanderItIsTrainedOnPseudoMasks() throws {
    try run.finish(["segmenter.name=both"])
    #expect(trainings.kinds.withLock { $0 } == ["pseudo-masks"])
    #expect(try run.computed().contains("train-segmenter"))
  }

  @Test func besideAnotherSegmenterItIsAnExpander() throws {
    try run.finish(["expander.name=both"])
    #expect(trainings.kinds.withLock { $0 } == ["seeds"])
    #expect(try run.computed().contains("train-segmenter"))
  }

  @Test func theSegmentersSectionHoldsNothingButTheName() {
    #expect(
      message { _ = try run.chain(["expander.name=both", "segmenter={name: both, flips: true}"]) }
        == "command line: 'segmenter.flips' is 'true'. Expected nothing but 'name' in 'segmenter': "
        + "'both' is trained once, as expander and segmenter, with the values of 'expander'. Move "
        + "it to 'expander.flips' or remove it.")
  }
}

/// What the plugin under test was asked to learn.
private final class Trainings: Sendable {
  /// What each training was given.
  let kinds = Mutex<[String]>([])
  /// The bytes of the first weight at the start of each training.
  let starts = Mutex<[Data]>([])
}

/// The smallest segmenter as an expander.
private final class Both: MinimalSegmenter, ExpandingSegmenter {
  private let trainings: Trainings
  private let flips: Bool

  override var supervision: [SupervisionRecord] {
    [SupervisionRecord(kind: "test", use: "both", source: "\(flips)")]
  }

  init(_ reader: ConfigurationReader, _ part: PartContext, _ trainings: Trainings) throws {
    self.trainings = trainings
    flips = try reader.bool("flips", default: false)
    try super.init(part)
  }

  private func note(_ kind: String) throws {
    let weight = try parameters.stateDictionary()[0].1.bytes
    trainings.kinds.withLock { $0.append(kind) }
    trainings.starts.withLock { $0.append(weight) }
  }

  func train(
    on set: TrainingSet, seeds: any SeedSource, in environment: TrainingEnvironment
  ) throws {
    try note("seeds")
    try super.train(on: set, pseudoMasks: ThresholdedSeeds(seeds: seeds), in: environment)
  }

  override func train(
    on set: TrainingSet, pseudoMasks: any PseudoMaskSource, in environment: TrainingEnvironment
  ) throws {
    try note("pseudo-masks")
    try super.train(on: set, pseudoMasks: pseudoMasks, in: environment)
  }

  func expand(
    _ seed: Seed, in image: RGBImage, environment: TrainingEnvironment
  ) throws -> PseudoMask {
    var mask = try segment(image, in: environment)
    let allowed = Set([0] + seed.fullResolution.classes.map(UInt8.init))
    for pixel in mask.indices.indices where !allowed.contains(mask.indices[pixel]) {
      mask.indices[pixel] = 0
    }
    return PseudoMask(labelMap: mask)
  }

  override func segment(
    _ image: RGBImage, in environment: TrainingEnvironment
  ) throws -> LabelMap {
    var mask = try super.segment(image, in: environment)
    if flips { mask.indices.reverse() }
    return mask
  }
}

private struct ThresholdedSeeds: PseudoMaskSource {
  let seeds: any SeedSource

  func pseudoMask(of id: String) throws -> PseudoMask {
    PseudoMask(labelMap: try seeds.seed(of: id).fullResolution.labelMap(backgroundScore: 0.5))
  }
}
