import BuiltinPlugins
import CoreAPI
import Datasets
import Foundation
import Harness
import Imaging
import SharedTestSupport
import Tensors
import Testing

/// The recipes with the papers' values, two steps at full size from random weights: minutes on two
/// cores, so they belong to `make soak`.
@Suite(
  .serialized,
  .enabled(
    if: ProcessInfo.processInfo.environment["CONTA_SOAK"] == "1",
    "Two full-size steps take minutes: set CONTA_SOAK=1, as make soak does.")
) struct PaperRecipeTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("recipes/voc").path

  /// Scenes of a photograph's size, enough for the largest batch of the recipe.
  private let world: ContextWorld
  private let set: TrainingSet

  init() throws {
    Runtime.setThreadCount(2)
    Runtime.keepFreedMemory()
    world = try ContextWorld(
      ContextWorld.Configuration(width: 500, height: 375, trainingCount: 32, testCount: 1))
    set = TrainingSet(dataset: world, ids: try world.sampleIDs(in: "train"))
  }

  @Test(arguments: ["irnet", "seam", "sec", "dsrg"]) func classifierTakesTwoSteps(recipe: String)
    throws
  {
    try withSection("seed_generator", of: recipe) { reader, part, environment in
      let generator = try BuiltinPlugins.registry().seedGenerator(reader.string("name"))
        .make(reader, part)
      try generator.train(on: set, in: environment)
      #expect(try isFinite(generator))
    }
  }

  @Test(arguments: ["irnet", "seam", "sec", "dsrg"]) func expanderTakesTwoSteps(recipe: String)
    throws
  {
    try withSection("expander", of: recipe) { reader, part, environment in
      let expander = try BuiltinPlugins.registry().expander(reader.string("name"))
        .make(reader, part)
      try expander.train(on: set, seeds: TrueSeeds(world: world), in: environment)
      #expect(try isFinite(expander))
    }
  }

  /// The other two train their segmenter as expander.
  @Test(arguments: ["irnet", "seam"]) func segmenterTakesTwoSteps(recipe: String) throws {
    try withSection("segmenter", of: recipe) { reader, part, environment in
      let segmenter = try BuiltinPlugins.registry().segmenter(reader.string("name"))
        .make(reader, part)
      try segmenter.train(on: set, pseudoMasks: TrueMasks(world: world), in: environment)
      #expect(try isFinite(segmenter))
    }
  }

  private func withSection(
    _ name: String, of recipe: String,
    _ body: (ConfigurationReader, PartContext, TrainingEnvironment) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      try body(
        Recipe(path: "\(Self.folder)/\(recipe).yaml").reader().section(name),
        PartContext(classes: world.classes, seed: 0),
        TrainingEnvironment(stage: name, seed: 0, workDirectory: folder, stepLimit: 2))
    }
  }

  private func isFinite(_ part: any TrainablePart) throws -> Bool {
    try part.parameters.parameters.allSatisfy { try $0.value.isFinite().all().item() == 1 }
  }
}

/// Seeds made from the ground truth: what is tested is the training, not the CAMs.
private struct TrueSeeds: SeedSource {
  let world: ContextWorld

  func seed(of id: String) throws -> Seed {
    let truth = try world.groundTruth(of: id)
    let classes = try world.labels(of: id).indices
    let quarter = truth.resized(to: truth.size.strided(by: 4))
    return Seed(
      fullResolution: map(of: truth, classes), quarterResolution: map(of: quarter, classes))
  }

  private func map(of labels: LabelMap, _ classes: [Int]) -> ClassActivationMap {
    ClassActivationMap(
      classes: classes, height: labels.height, width: labels.width,
      scores: classes.flatMap { index in
        labels.indices.map { Int($0) == index ? 1 : 0 as Float }
      })
  }
}

private struct TrueMasks: PseudoMaskSource {
  let world: ContextWorld

  func pseudoMask(of id: String) throws -> PseudoMask {
    PseudoMask(labelMap: try world.groundTruth(of: id))
  }
}
