import CoreAPI
import Essentials
import Foundation
import Harness
import SharedTestSupport
import Testing

/// Thresholds of finished runs: what another one computes, and what tables and sweeps make of them.
@Suite(.serialized) struct ScoreStagesTests {
  private let run: ChainRun

  init() throws { run = try ChainRun(ChainRun.minimalPlugins()) }

  @Test func anotherThresholdOpensNoImage() throws {
    let first = try run.finish()
    try run.forget()
    let second = try run.finish(["evaluation.cam_threshold=0.4"])
    #expect(try run.computed() == ["evaluate"])
    #expect(first.scores[0].cam != second.scores[0].cam)
    #expect(first.scores[0].camArea == second.scores[0].camArea)
    #expect(first.scores[0].segmentation == second.scores[0].segmentation)
  }

  @Test func rescoredRunHasTheNumbersOfARunAtThatThreshold() throws {
    try run.finish(["intervention.rounds=1"])
    let rescored = try RescoredRun(RunResults(runDirectory: run.path), at: .fixed(0.4))
    let other = try ChainRun(ChainRun.minimalPlugins())
    try other.finish(["intervention.rounds=1", "evaluation.cam_threshold=0.4"])
    let expected = try RunResults(runDirectory: other.path)
    #expect(rescored.results.settings == expected.settings)
    for (own, reference) in zip(rescored.results.records, expected.records) {
      #expect(abs(own.meanIoU - reference.meanIoU) < 1e-12)
      #expect(own.evaluation == reference.evaluation)
    }
    #expect(rescored.confusions == (try expected.confusions()))
  }

  @Test func heldOutImagesAreNotScored() throws {
    try run.finish()
    let results = try RunResults(runDirectory: run.path)
    let rescored = try RescoredRun(results, at: .heldOut(3))
    let record = try #require(rescored.results.records.first)
    #expect(record.column == .classActivationMap)
    #expect(record.evaluation.imageCount == 5 && record.evaluation.threshold.name == "heldout-3")
    let confusions = try #require(
      rescored.confusions?.sets[.init(round: 0, column: .classActivationMap)])
    #expect(confusions.imageCount == 5)
    #expect(confusions.total.meanIoU() == record.meanIoU)
    #expect(
      message { _ = try RescoredRun(results, at: .heldOut(8)) }
        == "'\(run.path)' has 8 scored images, of which 8 cannot be held out. Expected fewer than 8."
    )
  }

  @Test func oracleIsTheBestOfTheUnitThresholds() throws {
    let report = try run.finish()
    let rescored = try RescoredRun(RunResults(runDirectory: run.path), at: .oracle)
    let record = try #require(rescored.results.records.first)
    #expect(abs(100 * record.meanIoU - report.scores[0].camOracle) < 1e-9)
    #expect(record.evaluation.threshold.kind == .oracle)
  }

  @Test func tablesOfDifferentProtocolsAreRefused() throws {
    try run.finish()
    let results = try RunResults(runDirectory: run.path)
    let oracle = try RescoredRun(results, at: .oracle).results
    let text = message { _ = try ResultTable([results, oracle]) }
    #expect(text.contains("the column CAM mixes threshold protocols, 'fixed'"))
    #expect(text.contains("and 'oracle'"))
  }

  @Test func sweepHasEveryThresholdOfEveryRow() throws {
    try run.finish(["intervention.rounds=1"])
    let results = try RunResults(runDirectory: run.path)
    let sweep = try CAMSweep([results], thresholds: [0.1, 0.15, 0.9])
    #expect(sweep.curves.map(\.variant) == [nil, "CONTA"])
    for curve in sweep.curves {
      let record = try #require(
        results.records.first { $0.round == curve.round && $0.column == .classActivationMap })
      #expect(abs(curve.means[1] - record.meanIoU) < 1e-12)
    }
    let lines = sweep.csv.split(separator: "\n")
    #expect(lines[0] == "method,intervention,round,seed,threshold,miou_percent")
    #expect(lines.count == 1 + 2 * 3)
    #expect(lines[4].hasPrefix("Test,CONTA,1,0,0.1,"))
    #expect(sweep.markdown.contains("| + CONTA |"))
    #expect(
      sweep.markdown.contains(
        "- Best: the highest mean over seeds at one of 3 thresholds from 0.1 to 0.9, chosen on the "
          + "scored ground truth (oracle).\n"))
  }

  @Test func runWithoutItsStagesIsNamed() throws {
    try run.finish()
    let copy = "\(run.path)-copy"
    try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
    for name in ["results.json", "rounds.json", "confusions.safetensors"] {
      try FileManager.default.copyItem(atPath: "\(run.path)/\(name)", toPath: "\(copy)/\(name)")
    }
    let results = try RunResults(runDirectory: copy)
    #expect(
      message { _ = try CAMSweep([results], thresholds: [0.1]) }
        == "'\(copy)' has no counts of its CAMs' scores: an older version of conta ran it, or it was "
        + "copied without its stages. Run the same 'conta run' again, which counts them and trains "
        + "nothing, or copy it with 'cp -rL'.")
  }

  @Test func damagedCountsAreNamedAndCountedAgain() throws {
    try run.finish()
    let results = try RunResults(runDirectory: run.path)
    let sweep = try CAMSweep([results], thresholds: [0.1, 0.3]).csv
    let cut = try ResultTable([RescoredRun(results, at: .fixed(0.4)).results])
    try cut.write(cut.markdown, to: "\(run.path)/cut.md")

    let stage = try #require(try run.rounds().first?["activations"])
    let path = "\(run.path)/\(stage)/activation-counts.safetensors"
    var data = try AtomicFile.read(path)
    // The level of some pixels: the file can be read as before.
    data[data.count - 1] ^= 1
    try AtomicFile.write(data, to: path)
    let advice =
      "Run the same 'conta run' again, which counts the scores anew and trains nothing. A cell of a "
      + "grid runs again if its results.json is deleted."
    let changed =
      "'\(path)' is damaged: its content is not what the manifest.json beside it says. \(advice)"
    expectMessage(changed) { _ = try CAMSweep([results], thresholds: [0.1]) }
    expectMessage(changed) { _ = try RescoredRun(results, at: .oracle) }
    expectMessage(changed) {
      _ = try CellExplanation(
        table: "\(run.path)/cut.md", address: CellAddress(row: 0, column: 0))
    }
    try FileManager.default.removeItem(atPath: "\(run.path)/\(stage)/manifest.json")
    expectMessage(
      "'\(path)' is damaged: the manifest.json beside it is missing or damaged. \(advice)"
    ) { _ = try CAMSweep([results], thresholds: [0.1]) }

    try run.forget()
    try run.finish()
    #expect(try run.computed() == ["score-cams"])
    #expect(
      try CAMSweep([RunResults(runDirectory: run.path)], thresholds: [0.1, 0.3]).csv == sweep)
  }

  @Test func thresholdsAreReadFromText() {
    #expect(CAMThreshold("0.3") == .fixed(0.3) && CAMThreshold("oracle") == .oracle)
    #expect(CAMThreshold("heldout-20") == .heldOut(20))
    for text in ["1.1", "-0.1", "heldout-0", "heldout", "best", ""] {
      #expect(CAMThreshold(text) == nil, "\(text)")
    }
  }
}
