import BuiltinPlugins
import CoreAPI
import Essentials
import Foundation
import Imaging
import Networks
import SharedTestSupport
import Tensors
import Testing

@testable import Harness
@testable import IRNet

/// IRNet's CAM stage on photographs against the independent PyTorch program of the shared oracles.
///
/// At its rate whole trainings are a matter of luck: without batch norm, one changed sample decides
/// whether the loss falls. So the trainings here are the program's own, with its initial classifier,
/// its order, its crops and its flips (``OracleDraws``); what differs is everything that computes.
///
/// A training takes minutes, so it belongs to `make soak`.
@Suite(
  .serialized,
  .enabled(
    if: ProcessInfo.processInfo.environment["CONTA_SOAK"] == "1",
    "Two trainings on photographs take minutes: set CONTA_SOAK=1, as make soak does.")
) struct OracleAgreementTests {
  private static let recipe = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
    .appendingPathComponent("recipes/voc-animals/irnet.yaml").path
  /// The photographs the figures were measured on, by the hash of their list of hashes.
  private static let photographs =
    "1d0269443798948cca08438471e7042ee39428b8345a5de3d8e116689149e7c7"

  /// The mean of the program's 51.95 and 50.79 for seeds 0 and 1, threshold .15.
  private static let figure = 51.4

  @Test func camStageAgreesWithPyTorch() throws {
    guard let data = requireShared("data/voc12_animals"),
      let weights = requireShared("data/weights/mobilenetv2_folded_imagenet_torch.safetensors")
    else { return }
    let overrides = [
      "data.root=\(data)/VOC2012", "data.labels=\(data)/image_labels_xml.tsv",
      "seed_generator.weights=\(weights)", "seed_generator.scales=[1,0.5,1.5,2]",
      "seed_generator.rate=0.05", "seed_generator.momentum=0",
    ]
    let scores = try (0..<2).map { seed in
      let score = try camScore(
        Recipe(path: Self.recipe, overrides: overrides + ["seed=\(seed)"]))
      print("CAM mIoU on train at threshold .15, seed \(seed): \(score)")
      return score
    }
    let mean = scores.reduce(0, +) / Double(scores.count)
    let sums = try SHA256.hexDigest(of: AtomicFile.read("\(data)/SHA256SUMS"))
    if sums == Self.photographs {
      #expect(abs(mean - Self.figure) <= 1.5)
    } else {
      // Other photographs have another figure; a CAM that learned nothing scores below 15.
      #expect(mean > 30)
    }
  }

  /// The last of 2,214,496 numbers, as torch 2.13 prints them.
  @Test(arguments: [
    (0, [0.00663736229762435, 0.0277309138327837, -0.013346696272492409], -0.02208469808101654),
    (1, [0.009299084544181824, 0.01166574191302061, 0.018714452162384987], 0.01377860363572836),
  ])
  func firstClassifierIsTheOracles(seed: UInt64, first: [Double], last: Double) throws {
    let store = ParameterStore(seed: 0)
    _ = try ActivationNetwork(
      store, backbone: BackboneKind.mobileNetV2.make(store.root / "mobilenetv2"),
      frozenStages: 4, classCount: 6, context: NoContext())
    let weight = try OracleDraws.classifier(seed: seed, in: store).doubles()
    #expect(Array(weight.prefix(3)) == first && weight.last == last)
  }

  /// Trains the classifier of a recipe on the oracle's samples and returns the mean IoU of its CAMs
  /// in percent.
  private func camScore(_ recipe: Recipe) throws -> Double {
    let configuration = try ChainConfiguration(
      recipe, registry: BuiltinPlugins.registry(), overriding: RuntimeOverrides())
    Runtime.setThreadCount(configuration.options.threads)
    Runtime.keepFreedMemory()
    let dataset = try configuration.data.makeDataset()
    let generator = try #require(
      try configuration.seedGenerator.entry.make(
        configuration.seedGenerator.reader,
        PartContext(classes: dataset.classes, seed: configuration.seed)) as? IRNetSeedGenerator)
    try withoutGradient {
      try #require(generator.parameters["classifier.weight"]).value.copy(
        from: OracleDraws.classifier(seed: configuration.seed, in: generator.parameters))
    }
    let set = TrainingSet(
      dataset: dataset, ids: try dataset.sampleIDs(in: configuration.data.trainingSplit))
    let draws = OracleDraws(
      seed: configuration.seed, sizes: try set.ids.indices.map(set.imageSize),
      batchSize: generator.samplesPerStep, epochs: 5)
    return try withTemporaryFolder { folder in
      let environment = TrainingEnvironment(
        stage: "classifier", seed: configuration.seed, workDirectory: folder,
        autocast: configuration.options.autocast, metrics: PrintedMetrics())
      try generator.train(sampleCount: set.count, in: environment) { _, stream in
        try draws.sample(at: stream, of: set)
      }
      var scores = ImageConfusions(
        classCount: dataset.classes.names.count, images: configuration.data.scoredSplit)
      for id in try dataset.sampleIDs(in: configuration.data.scoredSplit) {
        let seed = try generator.seed(
          for: dataset.image(of: id), id: id, labels: dataset.labels(of: id), in: environment)
        try scores.add(
          prediction: seed.fullResolution.labelMap(
            backgroundScore: Float(configuration.camThreshold)),
          groundTruth: dataset.groundTruth(of: id))
      }
      return 100 * (scores.total.meanIoU() ?? 0)
    }
  }
}

/// Shows the losses, which the program prints, too.
private struct PrintedMetrics: MetricsSink {
  func record(stage: String, step: Int, values: [(name: String, value: Double)]) {
    print(stage, step, values.map { "\($0.name) \($0.value)" }.joined(separator: ", "))
  }
}
