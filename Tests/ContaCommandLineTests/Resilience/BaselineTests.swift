import Foundation
import Harness
import Testing

/// Round 0 is the baseline, whatever the rounds after it do.
@Suite struct BaselineTests {
  private static let stages = [
    "train-classifier", "seeds", "train-expander", "pseudo-masks", "train-segmenter",
  ]

  @Test func roundZeroIsTheBaselineToTheBit() throws {
    let rounds = try TinyRun.undisturbed()
    let baseline = try TinyRun()
    #expect(try baseline.finish(["intervention.rounds=0"]).code == 0)
    for name in Self.stages {
      #expect(
        try baseline.stage(name, round: 0) == rounds.stage(name, round: 0), "the key of \(name)")
      #expect(
        try baseline.files(ofStage: name, round: 0) == rounds.files(ofStage: name, round: 0),
        "the output of \(name)")
    }
    #expect(try baseline.events().filter { $0.stage == "train-classifier" }.count == 2)
  }

  @Test(arguments: [
    "control=permuted-images", "control=retrained", "control=image-labels", "fusion=widen",
    "restart=warm", "context_map=segmentation-mask", "confounder_masks=pseudo-masks",
    "scale=times-class-count", "encoding=class-index",
  ])
  func anOptionOfTheInterventionChangesTheRoundsAfterTheBaseline(option: String) throws {
    let undisturbed = try TinyRun.undisturbed()
    let run = try TinyRun.copyOfUndisturbed()
    let outcome = try run.finish(["intervention.\(option)"])
    #expect(outcome.code == 0, "\(outcome.messages)")
    let computed = try run.events().filter { $0.event == .started }.map(\.stage)
    #expect(computed.filter { $0 == "train-classifier" }.count == 1, "\(computed)")
    #expect(
      try run.stage("train-classifier", round: 0)
        == undisturbed.stage("train-classifier", round: 0))
    #expect(
      try run.files(ofStage: "train-classifier", round: 1)
        != undisturbed.files(ofStage: "train-classifier", round: 1))
    #expect(
      try run.files(ofStage: "seeds", round: 1) != undisturbed.files(ofStage: "seeds", round: 1))
    #expect(run.data("configuration.yaml") != undisturbed.data("configuration.yaml"))
  }

  /// A changed value of inference or of evaluation trains nothing that does not learn from it.
  @Test(arguments: [
    ("evaluation.cam_threshold=0.3", ["evaluate"]),
    ("segmenter.crf=true", ["training-masks", "validation-masks", "score-masks", "evaluate"]),
    (
      "segmenter.crf_color_deviation=5",
      // The CRF is off: the same masks come out, and what is counted of them is known.
      ["training-masks", "validation-masks"]
    ),
    (
      "expander.mask_background_score=0.4",
      [
        "pseudo-masks", "train-segmenter", "training-masks", "validation-masks",
        "score-pseudo-masks", "score-masks", "evaluate",
      ]
    ),
  ])
  func onlyWhatDependsOnAChangeIsComputed(change: String, stages: [String]) throws {
    let run = try TinyRun()
    #expect(try run.finish(["intervention.rounds=0"]).code == 0)
    let known = try run.events().count
    let outcome = try run.finish(["intervention.rounds=0", change])
    #expect(outcome.code == 0, "\(outcome.messages)")
    let computed = try run.events().dropFirst(known).filter { $0.event == .finished }
    #expect(computed.map(\.stage) == stages)
  }

  /// SEC is trained once as expander and segmenter; its CRF has another scale in the loss.
  @Test func aParameterOfACRFTrainsNothing() throws {
    let run = try TinyRun()
    func finish(_ overrides: [String]) throws -> [String] {
      let known = (try? run.events().count) ?? 0
      let recipe = TinyRun.recipe.replacing("irnet.yaml", with: "sec.yaml")
      let outcome = try ContaProcess.run(
        ["run", recipe, "intervention.rounds=0"] + overrides + ["--out", run.path])
      #expect(outcome.code == 0, "\(outcome.messages)")
      return try run.events().dropFirst(known).filter { $0.event == .finished }.map(\.stage)
    }
    #expect(try finish([]).contains("train-expander"))
    let computed = try finish(["expander.crf_test_scale=2"])
    #expect(computed.prefix(3) == ["pseudo-masks", "training-masks", "validation-masks"])
    // What the same masks come out of is counted already.
    #expect(computed.dropFirst(3).allSatisfy { $0.hasPrefix("score-") || $0 == "evaluate" })
    #expect(try finish(["expander.crf_scale=30"]).first == "train-expander")
  }

  @Test func labelsCanBeShuffled() throws {
    let run = try TinyRun()
    let outcome = try run.finish(["data.shuffled_labels=true", "intervention.rounds=0"])
    #expect(outcome.code == 0, "\(outcome.messages)")
    #expect(
      try run.files(ofStage: "train-classifier", round: 0)
        != TinyRun.undisturbed().files(ofStage: "train-classifier", round: 0))
  }

  @Test func aSmokeTestHasEnoughImagesForTheLargestBatch() throws {
    let run = try TinyRun()
    let arguments = run.arguments([
      "data.training_images=60", "seed_generator.batch_size=50", "intervention.rounds=0",
    ])
    let outcome = try ContaProcess.run(arguments + ["--steps", "1"])
    #expect(outcome.code == 0, "\(outcome.messages)")
    #expect(run.text("results.json").contains("\"imageCount\" : 50"))
  }

  @Test func oneTableKeepsRunsThatWereScoredDifferentlyApart() throws {
    let first = try TinyRun.undisturbed()
    let second = try TinyRun.copyOfUndisturbed()
    #expect(try second.finish(["evaluation.cam_threshold=0.3"]).code == 0)
    let outcome = try ContaProcess.run(["table", first.path, second.path])
    #expect(outcome.code == 0, "\(outcome.messages)")
    #expect(outcome.result.contains("\n| Tiny IRNet, evaluation.cam_threshold = 0.15 |"))
    #expect(outcome.result.contains("\n| Tiny IRNet, evaluation.cam_threshold = 0.3  |"))
    #expect(try ContaProcess.run(["table", first.path]).result == first.text("table.md"))
  }

  @Test func oneTableNeverAveragesAnotherConfiguration() throws {
    let first = try TinyRun.undisturbed()
    let second = try TinyRun.copyOfUndisturbed()
    let change = ["intervention.rounds=0", "segmenter.steps=4"]
    #expect(try second.finish(change).code == 0)
    let apart = try ContaProcess.run(["table", first.path, second.path]).result
    #expect(apart.contains("\n| Tiny IRNet, segmenter.steps = 16 |"))
    #expect(apart.contains("\n| Tiny IRNet, segmenter.steps = 4  |"))

    let known = try second.events().count
    #expect(try second.finish(change + ["title=Short IRNet"]).code == 0)
    #expect(try second.events().dropFirst(known).allSatisfy { $0.event == .hit })
    let table = try ContaProcess.run(["table", first.path, second.path])
    #expect(table.code == 0)
    #expect(table.result.contains("\n| Short IRNet |"))
  }
}
