import CoreAPI
import Foundation
import SharedTestSupport
import Testing

@testable import Harness

@Suite struct StageNeighborsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func stage(
    _ name: String = "seeds", rate: String = "0.1", scales: String = "2", input: String = "a"
  ) -> StageDescription {
    var configuration = ConfigurationNode(.section([]))
    configuration["rate"] = ConfigurationNode(.scalar(rate))
    configuration["scales"] = ConfigurationNode(.list([ConfigurationNode(.scalar(scales))]))
    return StageDescription(
      name: name, version: 4001, configuration: configuration, inputs: ["dataset": input], seed: 0,
      numerics: ["threads": "2"])
  }

  /// Publishes an output and says when it was used last.
  @discardableResult
  private func store(_ stage: StageDescription, used time: Double = 0) throws -> StageResult {
    let result = try StageStore(root: folder.path).result(of: stage) {
      try Data("x".utf8).write(to: URL(fileURLWithPath: $0.outputPath("out.txt")))
    }
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: time)],
      ofItemAtPath: result.path("manifest.json"))
    return result
  }

  private func name(_ stage: StageDescription) -> String { "\(stage.name)-\(stage.key.prefix)" }

  private func nearest(to stage: StageDescription) throws -> StageUse.Neighbor? {
    let result = try store(stage, used: 1000)
    return StageNeighbors(ofOutput: result.directory, stage: stage.name)
      .nearest(to: stage.parts, besides: [name(stage)])
  }

  @Test func theFewestDifferencesAreNearest() throws {
    try store(stage(rate: "0.2", input: "b"), used: 900)
    try store(stage(rate: "0.3"), used: 1)
    try store(stage("seeds-of-more"))
    #expect(
      try nearest(to: stage())
        == StageUse.Neighbor(
          count: 2, entry: name(stage(rate: "0.3")),
          changes: [.init(part: "configuration rate", before: "0.3", after: "0.1")]))
  }

  @Test func ofEqualsTheLastUsedIsNearest() throws {
    for (time, rate) in ["0.2", "0.3", "0.4"].enumerated() {
      try store(stage(rate: rate), used: rate == "0.3" ? 500 : Double(time))
    }
    #expect(try nearest(to: stage())?.entry == name(stage(rate: "0.3")))
  }

  @Test func anEntryThatCannotBeReadDoesNotCount() throws {
    let other = try store(stage(rate: "0.2"))
    try Data("{".utf8).write(to: URL(fileURLWithPath: other.path("manifest.json")))
    #expect(try nearest(to: stage()) == nil)
  }

  @Test func nothingStoredIsNoNeighbor() throws { #expect(try nearest(to: stage()) == nil) }

  /// The text behind a key gives back all of its parts, whatever characters they have.
  @Test(arguments: [
    "0.1", "null", "", "a\nb: \"c\"\\", "é, #1", "- x:", "[1, 2]", "~", "0x3e7", " ",
  ])
  func partsAreReadFromTheTextBehindAKey(text: String) {
    let stage = stage(rate: text, scales: text, input: text)
    #expect(StageDescription.readParts(of: stage.canonicalText) == stage.parts)
    #expect(StageDescription.readParts(of: "- \(text)") == nil)
  }
}
