import CoreAPI
import Foundation
import SharedTestSupport

@testable import Harness

/// Runs of made-up numbers, in memory or in folders.
struct TableRuns {
  /// Images of two classes; of each the share of right pixels among ten of each class.
  static func images(_ right: [Int64], images: String = "images") -> ImageConfusions {
    var set = ImageConfusions(classCount: 2, images: images)
    for count in right {
      set.append(ConfusionMatrix(classCount: 2, counts: [count, 10 - count, 10 - count, count]))
    }
    return set
  }

  /// The images of a run, segmentation masks only, by round.
  var images: [ImageConfusions]
  var results: RunResults

  /// Makes a run whose numbers follow from its images.
  ///
  /// - Parameters:
  ///   - name: The run's folder.
  ///   - rounds: The right pixels of every image, for the baseline and each round after it.
  ///   - seed: The seed.
  ///   - method: The title.
  ///   - settings: What the numbers follow from.
  ///   - variant: What was added in the rounds.
  init(
    _ name: String, _ rounds: [[Int64]], seed: UInt64 = 0, method: String = "IRNet",
    settings: [String: String] = [:], variant: String = "CONTA"
  ) {
    images = rounds.map { Self.images($0) }
    let evaluation = EvaluationProtocol(
      dataset: "World", split: "val", imageCount: rounds[0].count, classes: ["background", "cat"])
    results = RunResults(
      records: images.enumerated().map { round, images in
        ResultRecord(
          method: method, variant: round == 0 ? nil : variant, round: round, seed: seed,
          column: .segmentationMask, meanIoU: images.total.meanIoU() ?? 0, evaluation: evaluation,
          stage: "stages/evaluate-\(round)")
      },
      settings: RunSettings(settings.merging([RunSettings.dataKey: "data"]) { own, _ in own }),
      intervention: rounds.count > 1 ? "T = \(rounds.count - 1)" : nil, version: "0.1.0",
      program: String(repeating: "5e", count: 32), numerics: ["threads": "2"])
    results.name = name
  }

  /// The matrices behind the numbers.
  var confusions: RunConfusions {
    RunConfusions(
      Dictionary(
        uniqueKeysWithValues: images.enumerated().map {
          (RunConfusions.Place(round: $0, column: .segmentationMask), $1)
        }))
  }

  /// Writes the run into its folder.
  func write() throws {
    try FileManager.default.createDirectory(
      atPath: results.name, withIntermediateDirectories: true)
    try confusions.write(to: results.name)
    try results.write(toRunDirectory: results.name)
  }
}

extension ResultTable {
  /// A table with intervals over runs in memory.
  init(_ runs: [TableRuns], layout: TableLayout = .paper, resamples: Int? = nil) throws {
    try self.init(runs.map(\.results), layout: layout)
    try compare(
      { results in runs.first { $0.results == results }?.confusions }, resamples: resamples)
  }
}
