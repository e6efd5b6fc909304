import CoreAPI
import Foundation
import Testing

@testable import Harness

/// The line about the score of CAMs for which no threshold is chosen.
@Suite(.serialized) struct TableAreasTests {
  private func record(
    _ area: Double?, variant: String? = nil, seed: UInt64 = 0
  ) -> ResultRecord {
    ResultRecord(
      method: "IRNet", variant: variant, round: variant == nil ? 0 : 1, seed: seed,
      column: .classActivationMap, meanIoU: 0.5, areaUnderCurve: area,
      evaluation: EvaluationProtocol(
        dataset: "World", split: "train", imageCount: 3, classes: ["background", "cat"],
        threshold: .fixed(0.15)))
  }

  private func line(_ records: [ResultRecord]) throws -> String? {
    try ResultTable([RunResults(records: records)]).markdown.split(separator: "\n")
      .map(String.init).first { $0.contains("none chosen") }
  }

  @Test func everyRowHasItsArea() throws {
    #expect(
      try line([record(0.2871), record(0.3041, variant: "CONTA")])
        == "CAM mIoU (%) as the area under its curve over thresholds 0 to 1, none chosen: "
        + "IRNet 28.7, IRNet + CONTA 30.4.")
  }

  @Test func seedsAreAveraged() throws {
    #expect(
      try line([record(0.2), record(0.3, seed: 1)])?.hasSuffix("none chosen: IRNet 25.0.") == true)
  }

  @Test func numbersWithoutAnAreaHaveNoLine() throws {
    #expect(try line([record(nil)]) == nil)
    #expect(try line([record(0.2), record(nil, seed: 1)]) == nil)
  }

  @Test func aRunsOwnTableHasTheLine() throws {
    let run = try ChainRun(ChainRun.minimalPlugins())
    let scores = try run.finish(["intervention.rounds=1"]).scores
    let areas = scores.map { String(format: "%.1f", $0.camArea) }
    #expect(
      run.text("table.md").contains("none chosen: Test \(areas[0]), Test + CONTA \(areas[1]).\n"))
  }
}
