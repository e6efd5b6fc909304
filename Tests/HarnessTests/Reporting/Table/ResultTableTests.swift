import CoreAPI
import Foundation
import SharedTestSupport
import Testing

@testable import Harness

@Suite struct ResultTableTests {
  private func record(
    _ column: ResultColumn, _ value: Double, variant: String? = nil, round: Int? = nil,
    seed: UInt64 = 0, method: String = "IRNet", threshold: ThresholdProtocol? = nil,
    change: (inout EvaluationProtocol) -> Void = { _ in }
  ) -> ResultRecord {
    var evaluation = EvaluationProtocol(
      dataset: "VOC 2012", split: column == .segmentationMask ? "val" : "train",
      imageCount: column == .segmentationMask ? 1449 : 1464, classes: ["background", "cat", "dog"],
      threshold: threshold ?? (column == .classActivationMap ? .fixed(0.15) : .none))
    change(&evaluation)
    return ResultRecord(
      method: method, variant: variant, round: round ?? (variant == nil ? 0 : 1), seed: seed,
      column: column, meanIoU: value, evaluation: evaluation)
  }

  /// The table of the numbers of one run.
  private func table(_ records: [ResultRecord]) throws -> ResultTable {
    try ResultTable([RunResults(records: records)])
  }

  @Test func refusesSeedsThatWereScoredAtDifferentThresholds() {
    let records = [
      record(.classActivationMap, 0.465),
      record(.classActivationMap, 0.479, seed: 1, threshold: .fixed(0.3)),
    ]
    #expect(
      message { _ = try table(records) }
        == "These results cannot share a table: the column CAM mixes fixed thresholds, '0.15' "
        + "(IRNet, seed 0) and '0.3' (IRNet, seed 1). Evaluate all of them in one way, or make one "
        + "table for each.")
  }

  @Test func printsThePapersLayout() throws {
    let table = try self.table([
      record(.classActivationMap, 0.465), record(.pseudoMask, 0.601),
      record(.segmentationMask, 0.582), record(.classActivationMap, 0.4790, variant: "CONTA"),
      record(.pseudoMask, 0.5990, variant: "CONTA"),
    ])
    #expect(
      table.markdown == """
        | Method  |     CAM (train) | Pseudo-Mask (train) | Seg. Mask (val) |
        | :------ | --------------: | ------------------: | --------------: |
        | IRNet   |            46.5 |            **60.1** |            58.2 |
        | + CONTA | **47.9** (+1.4) |         59.9 (-0.2) |               – |

        mIoU (%) on VOC 2012, 3 classes with background: mean over the classes that occur or are \
        predicted; ground truth 255 is not counted, a predicted 255 is background.
        CAM: train, 1464 images, threshold fixed at 0.15; Pseudo-Mask: train, 1464 images; \
        Seg. Mask: val, 1449 images.
        Seeds: 0; rounds T = 1.
        A difference of one seed has no interval and says little.

        """)
  }

  @Test func severalSeedsBecomeAMeanWithItsDeviation() throws {
    let table = try self.table([
      record(.pseudoMask, 0.60, seed: 1), record(.pseudoMask, 0.62, seed: 0),
      record(.pseudoMask, 0.63, variant: "CONTA", seed: 0),
      record(.pseudoMask, 0.65, variant: "CONTA", seed: 1),
    ])
    #expect(table.markdown.contains("| IRNet   |   – |            61.0 ± 1.4 |         – |"))
    #expect(table.markdown.contains("| + CONTA |   – | **64.0 ± 1.4** (+3.0) |         – |"))
    #expect(
      table.markdown.contains("Seeds: 0, 1 (mean ± standard deviation, n = 2); rounds T = 1."))
  }

  @Test func theBestOfAColumnIsBoldUnlessItIsAlone() throws {
    let table = try self.table([
      record(.classActivationMap, 0.5), record(.pseudoMask, 0.60),
      record(.pseudoMask, 0.60, method: "SEAM"), record(.pseudoMask, 0.59, method: "SEC"),
    ])
    #expect(table.rows.map { $0.cells[1]?.isBest } == [true, true, false])
    #expect(table.rows[0].cells[0]?.isBest == false)
  }

  @Test func givesNoDifferenceBetweenDifferentSeeds() throws {
    let table = try self.table([
      record(.pseudoMask, 0.60, seed: 0), record(.pseudoMask, 0.63, variant: "CONTA", seed: 1),
    ])
    #expect(table.rows[1].cells[1]?.delta == nil)
    #expect(
      table.markdown.contains(
        "IRNet + CONTA: no difference, its seeds (1) are not the baseline's (0)."))
    #expect(table.markdown.contains("Seeds: IRNet 0 (n = 1); IRNet + CONTA 1 (n = 1); rounds"))
  }

  @Test func theLastRoundCounts() throws {
    let table = try self.table([
      record(.pseudoMask, 0.60), record(.pseudoMask, 0.63, variant: "CONTA", round: 1),
      record(.pseudoMask, 0.61, variant: "CONTA", round: 2),
    ])
    #expect(table.rows[1].rounds == 2)
    #expect(table.rows[1].cells[1]?.value.mean == 0.61)
  }

  @Test func namesEveryThresholdProtocol() throws {
    let oracle = try table([record(.classActivationMap, 0.5, threshold: .oracle(0.26))])
    #expect(
      oracle.markdown.contains("threshold chosen on the scored ground truth (oracle): 0.26"))
    let heldOut = try table([
      record(.classActivationMap, 0.5, threshold: .heldOut(0.2, imageCount: 100))
    ])
    #expect(heldOut.markdown.contains("threshold chosen on 100 other images: 0.20"))
  }

  @Test func refusesToMixThresholdProtocols() {
    #expect(
      message {
        _ = try table([
          record(.classActivationMap, 0.5),
          record(.classActivationMap, 0.5, seed: 3, method: "SEAM", threshold: .oracle(0.2)),
        ])
      }
        == "These results cannot share a table: the column CAM mixes threshold protocols, 'fixed' "
        + "(IRNet, seed 0) and 'oracle' (SEAM, seed 3). Evaluate all of them in one way, or make "
        + "one table for each.")
  }

  @Test func refusesToMixSplitsSetsClassListsAndMeans() {
    let changes: [(property: String, change: (inout EvaluationProtocol) -> Void)] = [
      ("data sets", { $0.dataset = "COCO" }), ("splits", { $0.split = "val" }),
      ("numbers of images", { $0.imageCount = 10 }),
      ("class lists", { $0.classes = ["background", "cat"] }),
      ("definitions of the mean", { $0.mean = .allClasses }),
      ("ignore policies", { $0.ignoredPrediction = .refused }),
    ]
    for (property, change) in changes {
      #expect(
        message {
          _ = try table([
            record(.pseudoMask, 0.5), record(.pseudoMask, 0.5, variant: "CONTA", change: change),
          ])
        }.hasPrefix(
          "These results cannot share a table: the column Pseudo-Mask mixes \(property), "))
    }
    #expect(
      message {
        _ = try table([
          record(.pseudoMask, 0.5),
          record(.segmentationMask, 0.5) { $0.classes = ["background", "cat"] },
        ])
      }
        == "These results cannot share a table: the table mixes class lists, 'background, cat, dog' "
        + "(IRNet, seed 0) and 'background, cat' (IRNet, seed 0). Evaluate all of them in one way, "
        + "or make one table for each.")
  }

  @Test func refusesDifferentNumbersOfRounds() {
    #expect(
      message {
        _ = try table([
          record(.pseudoMask, 0.5), record(.pseudoMask, 0.5, seed: 1),
          record(.pseudoMask, 0.5, variant: "CONTA", round: 1, seed: 0),
          record(.pseudoMask, 0.5, variant: "CONTA", round: 2, seed: 1),
        ])
      }
        == "These results cannot share a table: + CONTA mixes numbers of rounds, 1 (IRNet, seed 0) "
        + "and 2 (IRNet, seed 1). Evaluate all of them in one way, or make one table for each.")
  }

  @Test func refusesTwoNumbersForOneCell() {
    #expect(
      message {
        _ = try table([record(.pseudoMask, 0.5), record(.pseudoMask, 0.6)])
      }
        == "The row 'IRNet' has two different numbers for Pseudo-Mask with seed 0, in 'this run' and in "
        + "'this run'. 'conta compare' says how these runs differ: by the program, or by the kind of "
        + "machine, on one of which they must be run again.")
  }

  @Test func resultsSurviveTheirFile() throws {
    let folder = try TemporaryFolder()
    var results = RunResults(
      records: [
        record(.classActivationMap, 0.1 + 0.2, threshold: .heldOut(0.2, imageCount: 5)),
        record(.pseudoMask, 1.0 / 3, variant: "CONTA"),
      ], settings: RunSettings(["seed_generator.rate": "0.1"]), intervention: "T = 1",
      version: "0.1.0", numerics: ["threads": "2"])
    try results.write(toRunDirectory: folder.path)
    results.name = folder.path
    #expect(try RunResults(runDirectory: folder.path) == results)
    try folder.write("{", to: "results.json")
    #expect(
      message { _ = try RunResults(runDirectory: folder.path) }
        == "'\(folder.path)/results.json' is damaged. Run the same 'conta run' again: it writes the "
        + "file anew and computes nothing twice.")
    #expect(
      message { _ = try RunResults(runDirectory: "\(folder.path)/none") }
        == "'\(folder.path)/none' has no results.json. "
        + "Expected the --out folder of a finished 'conta run'.")
  }
}
