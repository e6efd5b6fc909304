import CoreAPI
import SharedTestSupport
import Testing

@testable import Harness

/// Runs that differ in more than their seed are never averaged: each configuration has a row.
@Suite struct RunSettingsTests {
  private static let common = [
    "seed_generator.epochs": "5", "intervention.encoding": "one-hot",
    RunSettings.dataKey: String(repeating: "a", count: 64),
  ]

  /// The results of a run with a baseline and, with an intervention, one round after it.
  private func run(
    _ name: String, seed: UInt64 = 0, method: String = "IRNet", intervention: String? = "T = 1",
    _ changes: [String: String?] = [:]
  ) -> RunResults {
    let evaluation = EvaluationProtocol(
      dataset: "VOC 2012", split: "train", imageCount: 10, classes: ["background", "cat"])
    let rows: [String?] = intervention == nil ? [nil] : [nil, "CONTA"]
    var results = RunResults(
      records: rows.map { variant in
        ResultRecord(
          method: method, variant: variant, round: variant == nil ? 0 : 1, seed: seed,
          column: .pseudoMask, meanIoU: variant == nil ? 0.5 : 0.625, evaluation: evaluation)
      },
      settings: RunSettings(
        changes.reduce(into: Self.common) { values, change in
          values[change.key] = change.value
        }), intervention: intervention)
    results.name = name
    return results
  }

  @Test func seedsOfOneConfigurationShareARow() throws {
    let table = try ResultTable([run("a"), run("b", seed: 1)])
    #expect(table.rows.map(\.seeds) == [[0, 1], [0, 1]])
    #expect(table.markdown.hasSuffix("rounds T = 1.\nIntervention: T = 1.\n"))
    #expect(!table.markdown.contains("one seed"))
  }

  /// A context that is the same for all images is no context, whatever its row wins.
  @Test func aTableSaysHowMuchTheContextDiffers() throws {
    var (first, second) = (run("a"), run("b", seed: 1))
    first.contexts = [1: ContextVariation(spread: 0.5, attentionEntropy: 0.25)]
    second.contexts = [1: ContextVariation(spread: 0.25, attentionEntropy: 0.75)]
    #expect(
      try ResultTable([first, second]).markdown.hasSuffix(
        "Intervention: T = 1.\n"
          + "M differs between training images by this share of its size (attention entropy as a "
          + "share of the largest): IRNet + CONTA 37.5 % (0.50). At 0 % it tells nothing of an "
          + "image.\n"))
  }

  @Test func anotherConfigurationHasARowOfItsOwn() throws {
    let table = try ResultTable([
      run("a"), run("b", seed: 1), run("c", ["seed_generator.epochs": "1", "--steps": "20"]),
    ])
    #expect(
      table.rows.map(\.title) == [
        "IRNet, seed_generator.epochs = 5", "IRNet, seed_generator.epochs = 5 + CONTA",
        "IRNet, seed_generator.epochs = 1", "IRNet, seed_generator.epochs = 1 + CONTA",
      ])
    #expect(
      table.markdown.contains(
        "\nEvery training was cut at 20 steps (--steps): the scores mean nothing.\n"))
    #expect(table.rows.map(\.seeds) == [[0, 1], [0, 1], [0], [0]])
  }

  @Test func otherWeightsAreAnotherConfiguration() throws {
    let key = "seed_generator.weights (content)"
    let table = try ResultTable([
      run("a", [key: String(repeating: "3f", count: 32)]),
      run("b", seed: 1, [key: String(repeating: "4f", count: 32)]),
    ])
    #expect(table.rows[0].labels == ["IRNet, seed_generator.weights (content) = 3f3f3f3f3f3f…"])
  }

  @Test func anotherReadingOfTheInterventionHasTheSameBaseline() throws {
    let index = run(
      "b", seed: 0, intervention: "T = 1, index", ["intervention.encoding": "class-index"])
    let table = try ResultTable([run("a"), index])
    #expect(
      table.rows.map(\.labels) == [
        ["IRNet"], ["+ CONTA, encoding = one-hot"], ["+ CONTA, encoding = class-index"],
      ])
    #expect(table.rows.map { $0.cells[1]?.delta } == [nil, 0.125, 0.125])
    #expect(table.markdown.contains("Intervention, IRNet + CONTA, encoding = one-hot: T = 1.\n"))
    let alone = run("b", seed: 1, intervention: nil, ["intervention.encoding": "class-index"])
    #expect(try ResultTable([run("a"), alone]).rows.map(\.seeds) == [[0, 1], [0]])
  }

  @Test func anotherTitleHasARowOfItsOwn() throws {
    let other = run(
      "b", method: "IRNet, index", intervention: "T = 1, index",
      ["intervention.encoding": "class-index"])
    let table = try ResultTable([run("a"), other])
    #expect(table.rows.map(\.method) == ["IRNet", "IRNet", "IRNet, index", "IRNet, index"])
    #expect(
      table.markdown.hasSuffix(
        """
        Intervention, IRNet: T = 1.
        Intervention, IRNet, index: T = 1, index.

        """))
  }

  @Test func refusesMethodsThatSawDifferentData() {
    let data = String(repeating: "b", count: 64)
    #expect(
      message {
        _ = try ResultTable([
          run("a"), run("b", method: "SEAM", [RunSettings.dataKey: data]),
        ])
      }
        == "These results cannot share a table: the table mixes contents of the data set, "
        + "'aaaaaaaaaaaa…' (a) and 'bbbbbbbbbbbb…' (b). Evaluate all of them in one way, or make one "
        + "table for each.")
  }
}
