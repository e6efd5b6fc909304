import CoreAPI
import Foundation
import PluginTestSupport
import SharedTestSupport
import Testing

@testable import Harness

@Suite struct StageStoreTests {
  private struct Interrupted: Error {}

  private let folder: TemporaryFolder
  private let notes = RecordedNotes()

  init() throws { folder = try TemporaryFolder() }

  private func store() throws -> StageStore {
    try StageStore(root: "\(folder.path)/run", progress: notes)
  }

  private func stage(
    rate: String = "0.1", version: Int = 1, seed: UInt64 = 0, input: String = "i",
    threads: String = "2"
  ) -> StageDescription {
    StageDescription(
      name: "train-classifier", version: version,
      configuration: ConfigurationNode(
        .section([.init(key: "rate", node: ConfigurationNode(.scalar(rate)))])),
      inputs: ["images": input], seed: seed, numerics: ["threads": threads])
  }

  private func write(_ text: String, _ name: String = "out.txt") -> (WorkDirectory) throws -> Void {
    { try Data(text.utf8).write(to: URL(fileURLWithPath: $0.outputPath(name))) }
  }

  private func events() throws -> [StageEvent.Kind] {
    try StageEventLog(path: "\(folder.path)/run/events.jsonl").events().map(\.event)
  }

  @Test func aFinishedStageIsNotRunAgain() throws {
    let first = try store().result(of: stage(), produce: write("result"))
    let second = try store().result(of: stage()) { _ in Issue.record("The stage ran twice") }
    #expect(!first.wasStored)
    #expect(second.wasStored)
    #expect(first.directory == second.directory)
    #expect(first.contentHash == second.contentHash)
    #expect(try String(contentsOfFile: second.path("out.txt"), encoding: .utf8) == "result")
    #expect(try events() == [.started, .finished, .hit])
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/run/work").isEmpty)
  }

  @Test func everythingThatDeterminesTheOutputIsInTheKey() {
    let variants = [
      stage(), stage(rate: "0.2"), stage(version: 2), stage(seed: 1), stage(input: "j"),
      stage(threads: "1"),
    ]
    #expect(Set(variants.map(\.key)).count == variants.count)
    #expect(
      stage().canonicalText == """
        configuration:
          rate: 0.1
        inputs:
          images: i
        numerics:
          threads: 2
        seed: 0
        stage: train-classifier
        version: 1

        """)
    #expect(
      stage().key.hexadecimal
        == "258174d50578f4d1baebcf4537031a2810d34ec1f558bb43ebd846fb155b3a02")
  }

  @Test func anInterruptedStageFindsWhatItLeft() throws {
    #expect(throws: Interrupted.self) {
      try store().result(of: stage()) { work in
        try Data("half".utf8).write(to: URL(fileURLWithPath: work.scratchPath("checkpoint")))
        throw Interrupted()
      }
    }
    #expect(!(try store().contains(stage())))
    let result = try store().result(of: stage()) { work in
      let left = try String(contentsOfFile: work.scratchPath("checkpoint"), encoding: .utf8)
      try write(left + " and half")(work)
    }
    #expect(try String(contentsOfFile: result.path("out.txt"), encoding: .utf8) == "half and half")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: result.directory).sorted()
        == ["manifest.json", "out.txt"])
    #expect(try events() == [.started, .started, .finished])
    #expect(try store().contains(stage()))
  }

  @Test func whatAKillLeftHalfWrittenIsNoOutput() throws {
    let work = WorkDirectory(root: "\(folder.path)/run/work/\(stage().key)")
    try folder.write("hal", to: "run/work/\(stage().key)/output/sub/a.png.71.4000000000.tmp")
    let result = try store().result(of: stage(), produce: write("result"))
    let undisturbed = try StageStore(root: "\(folder.path)/other")
      .result(of: stage(), produce: write("result"))
    #expect(result.contentHash == undisturbed.contentHash)
    #expect(!FileManager.default.fileExists(atPath: work.root))
  }

  @Test func aKillAfterThePublicationLeavesNothingForGood() throws {
    _ = try store().result(of: stage(), produce: write("result"))
    try folder.write("x", to: "run/work/\(stage().key)/scratch/checkpoint")
    _ = try store().result(of: stage()) { _ in Issue.record("The stage ran twice") }
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/run/work").isEmpty)
  }

  @Test func aStageKilledBeforeItsPublicationIsPublishedWithoutRunning() throws {
    let work = WorkDirectory(root: "\(folder.path)/run/work/\(stage().key)")
    try FileManager.default.createDirectory(
      atPath: work.output, withIntermediateDirectories: true)
    try write("done")(work)
    try StageManifest(of: work.output, stage: stage()).write(to: work.output)
    let result = try store().result(of: stage()) { _ in Issue.record("The stage ran again") }
    #expect(try String(contentsOfFile: result.path("out.txt"), encoding: .utf8) == "done")
    // A network that was not trained by this process has to be loaded.
    #expect(result.wasStored)
  }

  @Test(arguments: ["changed", "truncated", "missing", "extra", "manifest"])
  func aDamagedEntryIsNamedSetAsideAndComputedAgain(damage: String) throws {
    let first = try store().result(of: stage(), produce: write("result", "sub.txt"))
    let file = first.path("sub.txt")
    var problem = ""
    switch damage {
    case "changed":
      try "resulT".write(toFile: file, atomically: true, encoding: .utf8)
      problem = "the content of 'sub.txt' changed"
    case "truncated":
      try "res".write(toFile: file, atomically: true, encoding: .utf8)
      problem = "'sub.txt' has 3 bytes instead of 6"
    case "missing":
      try FileManager.default.removeItem(atPath: file)
      problem = "'sub.txt' is missing"
    case "extra":
      try "x".write(toFile: first.path("new.txt"), atomically: true, encoding: .utf8)
      problem = "'new.txt' is not in the manifest"
    default:
      try "{".write(toFile: first.path("manifest.json"), atomically: true, encoding: .utf8)
      problem = "its manifest is missing or damaged"
    }
    let second = try store().result(of: stage(), produce: write("result", "sub.txt"))
    #expect(!second.wasStored)
    #expect(second.contentHash == first.contentHash)
    let name = "train-classifier-\(stage().key.prefix)"
    #expect(
      notes.lines == [
        "The stored output '\(folder.path)/run/stages/\(name)' is damaged: \(problem). It was moved "
          + "to '\(folder.path)/run/damaged/\(name)'; the stage train-classifier runs again."
      ])
    #expect(try events() == [.started, .finished, .damaged, .started, .finished])
  }

  @Test func refusesANewerFormat() throws {
    try folder.write("{\"format\": 7}", to: "run/store.json")
    #expect(
      message { _ = try store() }
        == "'\(folder.path)/run' was written by a newer version of conta (store format 7, this "
        + "version reads up to 1). Update conta, or choose another --out.")
    try folder.write("{", to: "run/store.json")
    #expect(
      message { _ = try store() }
        == "'\(folder.path)/run/store.json' is damaged. Expected {\"format\": 1}. Delete this file "
        + "if all else in its folder was written by this version of conta; otherwise choose "
        + "another --out.")
  }

  @Test func aLineCutOffByAKillDoesNotSpoilTheLog() throws {
    let log = StageEventLog(path: "\(folder.path)/events.jsonl")
    try log.append(.started, stage())
    try folder.write(try folder.text(of: "events.jsonl") + "{\"event\":\"fin", to: "events.jsonl")
    try log.append(.finished, stage())
    #expect(try log.events().map(\.event) == [.started, .finished])
  }

  @Test func oneProcessAtATimeHoldsARunDirectory() throws {
    let path = "\(folder.path)/held"
    do {
      let held = try RunDirectory(path: path)
      let owner = try folder.text(of: "held/lock").trimmingCharacters(in: .newlines)
      #expect(owner.hasPrefix("process \(getpid()) on "))
      #expect(
        message { _ = try RunDirectory(path: path) }
          == "'\(path)' is in use by \(owner). Wait until it ends, or choose another --out.")
      #expect(held.path("x") == "\(path)/x")
    }
    _ = try RunDirectory(path: path)
  }

  @Test func saysWhenAFolderCannotBeWritten() throws {
    try folder.write("", to: "file")
    #expect(
      message { _ = try StageStore(root: "\(folder.path)/file/run") }
        == "Could not create the folder '\(folder.path)/file/run': a part of the path is a file.")
    #expect(
      message { _ = try RunDirectory(path: "\(folder.path)/file") }
        == "Could not create the folder '\(folder.path)/file': a file of that name exists.")
  }
}
