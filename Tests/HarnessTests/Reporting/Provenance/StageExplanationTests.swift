import CoreAPI
import Essentials
import Foundation
import SharedTestSupport
import Testing

@testable import Harness

/// `conta why RUN` on runs of the smallest plugins.
@Suite(.serialized) struct StageExplanationTests {
  private let run: ChainRun

  init() throws { run = try ChainRun(ChainRun.minimalPlugins()) }

  private func why() throws -> String { try StageExplanation(runDirectory: run.path).text }

  @Test func saysWhatWasFoundAndWhyTheRestWasComputed() throws {
    try run.finish()
    let names = try StageUseLog.read(run.path).map(\.stage)
    #expect(names.first == "train-classifier" && names.last == "evaluate")
    #expect(
      try why().hasPrefix(
        "'\(run.path)' reached \(names.count) stages: the last time 0 were found and \(names.count) "
          + "computed.\n\nround 0\n  train-classifier    computed: reached for the first time\n"))

    try run.finish(["evaluation.cam_threshold=0.3"])
    #expect(try why().contains("reached \(names.count) stages: the last time \(names.count - 1) "))
    #expect(try why().contains("  train-segmenter     found\n"))
    #expect(
      try why().contains("  evaluate            computed: changed configuration cam_threshold\n"))
    let detail = try StageExplanation(runDirectory: run.path).text(ofStage: "evaluate")
    #expect(detail.hasPrefix("evaluate, round 0: computed: changed configuration cam_threshold\n"))
    #expect(detail.contains("\n  configuration cam_threshold: 0.3, was 0.15\n"))
    #expect(detail.contains(" finished\nThe key is made of:\n"))
    #expect(detail.hasSuffix("\n  seed: 0\n  version: \(Chain.version)003\n"))
  }

  @Test func aStageThatIsGoneIsComputedAgain() throws {
    try run.finish()
    let stage = try #require(try StageUseLog.read(run.path).first { $0.stage == "evaluate" })
    try FileManager.default.removeItem(atPath: "\(run.path)/\(stage.folder)")
    try run.finish()
    #expect(
      try why().contains(
        "  evaluate            computed: nothing changed, but the stored output was gone or damaged"
      ))
  }

  /// Every cell of a grid has a folder of its own, and finds what others left in the cache.
  @Test func aNewFolderIsComparedWithTheNearestEntryOfItsCache() throws {
    let grid = "\(run.path)-grid"
    func why(_ cell: String, _ overrides: [String]) throws -> StageExplanation {
      let path = "\(grid)/cells/\(cell)"
      _ = try run.chain(overrides, directory: path, cache: "\(grid)/cache").run()
      return try StageExplanation(runDirectory: path)
    }
    let first = try why("a", ["intervention.rounds=1"]).text
    #expect(first.contains("  evaluate            computed: reached for the first time\n"))
    #expect(!first.contains("differs in"), "a run's own rounds are no neighbors")

    let second = try why("b", ["seed=1"]).text
    #expect(second.contains("  seeds               computed: the nearest of 2 entries differs in "))
    // Nearer than the baseline of another seed, and than what has other inputs too.
    let third = try why("c", ["seed=1", "evaluation.cam_threshold=0.3"])
    #expect(third.text.contains("  train-segmenter     found\n"))
    #expect(
      third.text.contains(
        "  evaluate            computed: the nearest of 3 entries differs in configuration "
          + "cam_threshold: 0.3, was 0.15\n"))
    let nearest = try #require(
      try StageUseLog.read("\(grid)/cells/b").first { $0.stage == "evaluate" })
    #expect(
      try third.text(ofStage: "evaluate").contains(
        "\nWhen it was first computed, the entry most like it was \(nearest.entry):\n"
          + "  configuration cam_threshold: 0.3, was 0.15\nkey: "))
    // What is found later keeps its reason.
    let again = try why("c", ["seed=1", "evaluation.cam_threshold=0.3"])
    #expect(again.text.contains("  evaluate            found\n"))
    #expect(try again.text(ofStage: "evaluate").contains("the entry most like it was"))
  }

  @Test func theRunHoldsEverythingATableNeeds() throws {
    try run.finish(["intervention.rounds=1"])
    let results = try RunResults(runDirectory: run.path)
    let confusions = try #require(try results.confusions())
    #expect(confusions.sets.count == 6)
    for record in results.records {
      let set = try #require(confusions.sets[.init(round: record.round, column: record.column)])
      #expect(set.imageCount == record.evaluation.imageCount)
      #expect(abs((set.total.meanIoU() ?? 0) - record.meanIoU) < 1e-12)
      #expect(FileManager.default.fileExists(atPath: "\(run.path)/\(record.stage)/scores.json"))
    }
    #expect(results.numerics["threads"] == "2")
    #expect(results.version == ProgramVersion.current)
    #expect(results.commit == ProgramVersion.commit)
    #expect(try results.program == SHA256.hexDigest(of: AtomicFile.read("/proc/self/exe")))
    let answer = try CellExplanation(
      table: "\(run.path)/table.md", address: CellAddress(row: 1, column: 2)
    ).text
    #expect(answer.contains("round 1 of '"))
    #expect(answer.contains("\nsupervision: labels, image-level labels of 8 images: "))
  }

  @Test func everyRefusalSaysWhatToDo() throws {
    expectMessage(
      "'\(run.path)' has no stages.json. Expected the --out folder of a 'conta run' that reached its "
        + "first stage, or of a grid's cell, OUT/cells/NAME."
    ) { _ = try why() }
    try run.finish()
    let known = try StageUseLog.read(run.path).map(\.stage).joined(separator: ", ")
    expectMessage(
      "'\(run.path)' has no stage 'seed'. It reached: \(known). Did you mean 'seeds'?"
    ) { _ = try StageExplanation(runDirectory: run.path).text(ofStage: "seed") }
  }
}
