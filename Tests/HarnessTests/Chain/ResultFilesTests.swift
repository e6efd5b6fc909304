import Foundation
import SharedTestSupport
import Synchronization
import Testing

@testable import Harness

/// Results stand beside their own configuration or not at all.
@Suite(.serialized) struct ResultFilesTests {
  private let segmenter = FragileSegmenter.Switch()
  private let run: ChainRun

  init() throws { run = try ChainRun(fragile: segmenter) }

  private static let recipe = ["segmenter={name: fragile}"]
  private static let names = [
    "results.json", "table.md", "table.md.json", "contact-sheet.png", "rounds.json",
    "confusions.safetensors", "supervision.json",
  ]

  private func expectFailure(_ overrides: [String]) {
    segmenter.isBroken.withLock { $0 = true }
    #expect(message { _ = try run.finish(overrides) } == "The segmenter broke.")
  }

  @Test(arguments: ["segmenter={name: fragile, length: 2}", "seed=1", "intervention.rounds=1"])
  func aRunThatFailsLeavesNoResultsOfAnotherConfiguration(change: String) throws {
    try run.finish(Self.recipe)
    for name in Self.names { #expect(!run.text(name).isEmpty, "\(name)") }
    expectFailure(Self.recipe + [change])
    for name in Self.names {
      #expect(!FileManager.default.fileExists(atPath: "\(run.path)/\(name)"), "\(name)")
    }
    #expect(
      message { _ = try RunFolders([run.path]) }
        == "'\(run.path)' has no results.json. "
        + "Expected the --out folder of a finished 'conta run'.")
  }

  @Test func aRunThatGoesOnKeepsItsResults() throws {
    try run.finish(Self.recipe)
    let before = Self.names.map { FileManager.default.contents(atPath: "\(run.path)/\($0)") }
    try FileManager.default.removeItem(atPath: "\(run.path)/\(try trainedSegmenter())")
    expectFailure(Self.recipe)
    let after = Self.names.map { FileManager.default.contents(atPath: "\(run.path)/\($0)") }
    #expect(before == after)
    #expect(before.allSatisfy { $0 != nil })
  }

  @Test func damagedResultsAreRemoved() throws {
    try run.finish(Self.recipe)
    try Data("{".utf8).write(to: URL(fileURLWithPath: "\(run.path)/results.json"))
    try FileManager.default.removeItem(atPath: "\(run.path)/\(try trainedSegmenter())")
    expectFailure(Self.recipe)
    #expect(!FileManager.default.fileExists(atPath: "\(run.path)/results.json"))
  }

  /// The folder of the segmenter's weights.
  private func trainedSegmenter() throws -> String {
    try #require(try run.rounds().first?["segmenter"])
  }
}
