import SharedTestSupport
import Synchronization
import Testing

@testable import Harness

/// A run's folder tells how many of its stages are done.
@Suite(.serialized) struct RunProgressTests {
  private let segmenter = FragileSegmenter.Switch()
  private let run: ChainRun

  init() throws { run = try ChainRun(fragile: segmenter) }

  private func progress() throws -> RunProgress {
    try #require(RunProgress(runDirectory: run.path))
  }

  @Test(arguments: [
    ([String](), 11), (["intervention.rounds=1"], 23),
    (["intervention.rounds=2", "intervention.control=retrained"], 33),
  ])
  func aFinishedRunHasReachedAllItsStages(overrides: [String], count: Int) throws {
    try run.finish(overrides)
    #expect(try progress().finished == count)
    #expect(try progress().total == count)
    #expect(try progress().fraction == 1)
    // Found stages count as computed ones do, from the start.
    try run.finish(overrides)
    #expect(try progress().finished == count)
  }

  @Test func aRunThatFailsStandsWhereItFailed() throws {
    #expect(RunProgress(runDirectory: run.path) == nil)
    segmenter.isBroken.withLock { $0 = true }
    #expect(
      message { _ = try run.finish(["segmenter={name: fragile}"]) } == "The segmenter broke.")
    // Classifier, CAMs, expander and pseudo-masks.
    #expect(try progress().finished == 4)
    #expect(try progress().fraction == 4.0 / 11)
  }

  @Test func aDamagedFileTellsNothing() throws {
    let folder = try TemporaryFolder()
    try folder.write("{", to: "progress.json")
    #expect(RunProgress(runDirectory: folder.path) == nil)
  }
}
