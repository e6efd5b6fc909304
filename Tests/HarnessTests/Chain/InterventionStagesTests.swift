import Foundation
import Harness
import Testing

/// Which stages a round has under the readings and controls of the intervention.
@Suite(.serialized) struct InterventionStagesTests {
  private let run: ChainRun

  init() throws { run = try ChainRun(ChainRun.minimalPlugins()) }

  private func uses(_ stage: String) throws -> [StageUse] {
    try JSONDecoder().decode(
      [StageUse].self, from: Data(run.text("stages.json").utf8)
    ).filter { $0.stage == stage }
  }

  @Test func confoundersOfPseudoMasksReadThoseOfTheRoundBefore() throws {
    try run.finish(["intervention.rounds=1", "intervention.confounder_masks=pseudo-masks"])
    let confounders = try #require(try uses("confounders").first)
    #expect(
      confounders.parts["input masks"]
        == (try uses("pseudo-masks").first { $0.round == 0 })?.contentHash)
    try run.finish(["intervention.rounds=1"])
    #expect(
      try uses("confounders").first?.parts["input masks"]
        == (try uses("training-masks").first { $0.round == 0 })?.contentHash)
  }

  @Test func resultsSayHowMuchTheContextDiffers() throws {
    let report = try run.finish(["intervention.rounds=1"])
    let contexts = try #require(report.results.contexts)
    #expect(Array(contexts.keys) == [1])
    #expect(try RunResults(runDirectory: run.path).contexts == contexts)
    #expect(run.text("table.md").contains("\nM differs between training images by "))
  }

  @Test func baselineThatIsTrainedAgainHasAnotherSeedAndNoContext() throws {
    let report = try run.finish(["intervention.rounds=2", "intervention.control=retrained"])
    #expect(report.results.contexts == nil)
    #expect(report.scores.count == 3)
    #expect(try uses("confounders").isEmpty)
    #expect(Set(try uses("train-classifier").compactMap { $0.parts["seed"] }).count == 3)
    #expect(Set(try uses("train-classifier").map(\.contentHash)).count == 3)
    #expect(run.text("table.md").contains("| + retrained (control) |"))
    #expect(run.text("results.json").contains("T = 2, cold restart, no context, control retrained"))
  }

  @Test func baselineThatGoesOnBeginsWithItsWeights() throws {
    try run.finish([
      "intervention.rounds=1", "intervention.control=retrained", "intervention.restart=warm",
    ])
    let classifiers = try uses("train-classifier")
    #expect(classifiers.last?.parts["input start"] == classifiers.first?.contentHash)
  }
}
