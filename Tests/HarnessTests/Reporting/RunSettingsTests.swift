import CoreAPI
import SharedTestSupport
import Testing

@testable import Harness

/// Runs that differ in more than their seed are never averaged.
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
  }

  @Test func refusesToAverageAnotherConfiguration() {
    #expect(
      message {
        _ = try ResultTable([
          run("runs/a"),
          run(
            "runs/b", seed: 1,
            [
              "seed_generator.epochs": "1", "--steps": "20",
              "seed_generator.weights (content)": String(repeating: "3f", count: 32),
            ]),
        ])
      }
        == "The runs 'runs/a' and 'runs/b' are no seeds of one row 'IRNet': they differ in --steps "
        + "(not given and '20'), seed_generator.epochs ('5' and '1'), seed_generator.weights "
        + "(content) (not given and '3f3f3f3f3f3f…'). Give one of them another title, which "
        + "computes nothing again ('conta run … title=NAME'), or make one table for each.")
  }

  @Test func namesFourDifferencesAndCountsTheOthers() {
    let changes = Dictionary(uniqueKeysWithValues: (1...6).map { ("segmenter.k\($0)", "1") })
    #expect(
      message {
        _ = try ResultTable([run("a"), run("b", changes.mapValues { $0 })])
      }
        == "The runs 'a' and 'b' are no seeds of one row 'IRNet': they differ in segmenter.k1 (not "
        + "given and '1'), segmenter.k2 (not given and '1'), segmenter.k3 (not given and '1'), "
        + "segmenter.k4 (not given and '1') and 2 more. Give one of them another title, which "
        + "computes nothing again ('conta run … title=NAME'), or make one table for each.")
  }

  @Test func anotherReadingOfTheInterventionHasTheSameBaseline() throws {
    let index = run(
      "b", seed: 1, intervention: "T = 1, index", ["intervention.encoding": "class-index"])
    #expect(
      message { _ = try ResultTable([run("a"), index]) }
        == "The runs 'a' and 'b' are no seeds of one row 'IRNet + CONTA': they differ in "
        + "intervention.encoding ('one-hot' and 'class-index'). Give one of them another title, "
        + "which computes nothing again ('conta run … title=NAME'), or make one table for each.")
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
