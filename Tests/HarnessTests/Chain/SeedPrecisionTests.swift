import BuiltinPlugins
import CoreAPI
import Foundation
import Imaging
import SharedTestSupport
import Tensors
import Testing

@testable import Harness

/// What storing class activation maps at levels costs in mean IoU, and saves in bytes.
///
/// `make soak` measures it on the demo's classifier; otherwise a short training stands in for it.
@Suite(.serialized) struct SeedPrecisionTests {
  private static let isSoak = ProcessInfo.processInfo.environment["CONTA_SOAK"] == "1"
  private static let recipe = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("recipes/demo/irnet.yaml").path
  private static let thresholds = [0.05, 0.1, 0.15, 0.2, 0.3, 0.5]

  /// The masks of one kind of output, from maps as computed and as stored.
  private struct Comparison {
    var computed: ImageConfusions
    var stored: ImageConfusions

    init(classCount: Int) {
      computed = ImageConfusions(classCount: classCount, images: "")
      stored = computed
    }

    mutating func add(_ first: LabelMap, _ second: LabelMap, truth: LabelMap) throws {
      try computed.add(prediction: first, groundTruth: truth)
      try stored.add(prediction: second, groundTruth: truth)
    }

    /// The mean IoU in percent, and by how much the stored form changes it.
    var figures: (mean: Double, change: Double) {
      let first = 100 * (computed.total.meanIoU() ?? 0)
      return (first, 100 * (stored.total.meanIoU() ?? 0) - first)
    }
  }

  @Test func storedMapsScoreAsTheyWereComputed() throws {
    let small = ["data.training_images=48", "seed_generator.epochs=3", "expander.epochs=1"]
    let configuration = try ChainConfiguration(
      Recipe(path: Self.recipe, overrides: ["runtime.threads=1"] + (Self.isSoak ? [] : small)),
      registry: BuiltinPlugins.registry(), overriding: RuntimeOverrides())
    Runtime.setThreadCount(1)
    Runtime.keepFreedMemory()
    let dataset = try configuration.data.makeDataset()
    let part = PartContext(classes: dataset.classes, seed: configuration.seed)
    let generator = try configuration.seedGenerator.entry.make(
      configuration.seedGenerator.reader, part)
    let expander = try configuration.expander.entry.make(configuration.expander.reader, part)
    let ids = try dataset.sampleIDs(in: configuration.data.trainingSplit)
    let set = TrainingSet(dataset: dataset, ids: ids)
    let classCount = dataset.classes.names.count
    try withTemporaryFolder { path in
      var environment = TrainingEnvironment(
        stage: "classifier", seed: configuration.seed, workDirectory: "\(path)/classifier")
      try FileManager.default.createDirectory(
        atPath: environment.workDirectory, withIntermediateDirectories: true)
      try generator.train(on: set, in: environment)

      let folder = SeedFolder(path: "\(path)/seeds")
      var cams = Self.thresholds.map { _ in Comparison(classCount: classCount) }
      var seeds: [Seed] = []
      var (scores, bytes) = (0, 0)
      for id in ids {
        let truth = try dataset.groundTruth(of: id)
        let seed = try generator.seed(
          for: dataset.image(of: id), id: id, labels: dataset.labels(of: id), in: environment)
        try folder.write(seed, of: id)
        let stored = try folder.seed(of: id)
        for (place, threshold) in Self.thresholds.enumerated() {
          try cams[place].add(
            seed.fullResolution.labelMap(backgroundScore: Float(threshold)),
            stored.fullResolution.labelMap(backgroundScore: Float(threshold)), truth: truth)
        }
        scores += seed.fullResolution.scores.count + seed.quarterResolution.scores.count
        bytes +=
          try FileManager.default.attributesOfItem(atPath: folder.file(of: id))[.size] as? Int ?? 0
        seeds.append(seed)
      }

      // One expander, trained once, on both forms of every seed.
      environment.workDirectory = "\(path)/expander"
      try FileManager.default.createDirectory(
        atPath: environment.workDirectory, withIntermediateDirectories: true)
      try expander.train(on: set, seeds: folder, in: environment)
      var masks = Comparison(classCount: classCount)
      for (id, seed) in zip(ids, seeds) {
        let image = try dataset.image(of: id)
        try masks.add(
          expander.expand(seed, in: image, id: id, environment: environment).labelMap,
          expander.expand(folder.seed(of: id), in: image, id: id, environment: environment)
            .labelMap, truth: dataset.groundTruth(of: id))
      }

      var lines = [
        "seeds of \(ids.count) images: float32 \(4 * scores) bytes, float16 \(2 * scores), "
          + "stored \(bytes)"
      ]
      for (threshold, comparison) in zip(Self.thresholds, cams) {
        let (mean, change) = comparison.figures
        lines.append(
          String(format: "CAM at %.2f: %.3f, stored %+.4f", threshold, mean, change))
        #expect(abs(change) <= 0.05, "at \(threshold)")
      }
      let (mean, change) = masks.figures
      lines.append(String(format: "pseudo-masks: %.3f, stored %+.4f", mean, change))
      #expect(abs(change) <= (Self.isSoak ? 0.05 : 0.2))
      print(lines.joined(separator: "\n"))
      #expect(6 * bytes < 2 * scores)
    }
  }
}
