import CoreAPI
import Dispatch
import Foundation
import SharedTestSupport
import Testing

@testable import Harness

/// Several runs on one cache.
@Suite struct SharedStageStoreTests {
  private struct Interrupted: Error {}

  private let folder: TemporaryFolder
  private var cache: String { "\(folder.path)/cache" }

  init() throws { folder = try TemporaryFolder() }

  private func store(_ run: String = "a") throws -> StageStore {
    try StageStore(cache: cache, run: "\(folder.path)/grid/cells/\(run)")
  }

  private func stage(_ name: String = "seeds", seed: UInt64 = 0) -> StageDescription {
    StageDescription(
      name: name, version: 1, configuration: ConfigurationNode(.section([])), seed: seed)
  }

  private func write(_ text: String) -> (WorkDirectory) throws -> Void {
    { try Data(text.utf8).write(to: URL(fileURLWithPath: $0.outputPath("out.txt"))) }
  }

  private func events(_ run: String) throws -> [StageEvent.Kind] {
    try StageEventLog(path: "\(folder.path)/grid/cells/\(run)/events.jsonl").events().map(\.event)
  }

  private func contents(_ path: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/\(path)").sorted()
  }

  @Test func aSecondRunFindsWhatTheFirstComputed() throws {
    let first = try store("a").result(of: stage(), produce: write("result"))
    let second = try store("b").result(of: stage()) { _ in Issue.record("The stage ran twice") }
    #expect(first.directory == "\(folder.path)/grid/cells/a/stages/seeds-\(stage().key.prefix)")
    #expect(second.directory == first.directory.replacing("cells/a", with: "cells/b"))
    #expect(first.contentHash == second.contentHash)
    #expect(second.wasStored)
    #expect(try events("a") == [.started, .finished])
    #expect(try events("b") == [.hit])
    #expect(try contents("cache/work").isEmpty)
    #expect(try contents("cache/claims").filter { !$0.hasPrefix(".") }.isEmpty)
    #expect(try contents("cache/users").filter { !$0.hasPrefix(".") }.isEmpty)
  }

  @Test func twoAtOnceComputeAStageOnce() throws {
    let computed = Locked<String>([])
    let results = Locked<StageResult>([])
    DispatchQueue.concurrentPerform(iterations: 4) { index in
      do {
        let result = try store("run\(index)").result(of: stage()) { work in
          computed.append("run\(index)")
          usleep(200_000)
          try write("result")(work)
        }
        results.append(result)
      } catch {
        Issue.record(error)
      }
    }
    #expect(computed.count == 1)
    #expect(Set(results.all.map(\.contentHash)).count == 1)
    #expect(results.all.count { $0.wasStored } == 3)
  }

  @Test func theRunsFolderHoldsLinksIntoTheCache() throws {
    let result = try store().result(of: stage(), produce: write("result"))
    let link = { try FileManager.default.destinationOfSymbolicLink(atPath: result.directory) }
    let target = "\(cache)/stages/seeds-\(stage().key.prefix)"
    #expect(try link() == target)
    #expect(try String(contentsOfFile: result.path("out.txt"), encoding: .utf8) == "result")
    // What the run had computed without the cache gives way.
    try FileManager.default.removeItem(atPath: result.directory)
    try FileManager.default.createDirectory(
      atPath: result.directory, withIntermediateDirectories: true)
    _ = try store().result(of: stage()) { _ in Issue.record("The stage ran twice") }
    #expect(try link() == target)
  }

  @Test func aGridCanBeMovedWithItsCache() throws {
    let run = "\(folder.path)/grid/cells/a"
    let inside = try StageStore(cache: "\(folder.path)/grid/cache", run: run)
    let result = try inside.result(of: stage(), produce: write("result"))
    let name = (result.directory as NSString).lastPathComponent
    try FileManager.default.moveItem(
      atPath: "\(folder.path)/grid", toPath: "\(folder.path)/moved")
    #expect(try folder.text(of: "moved/cells/a/stages/\(name)/out.txt") == "result")
    #expect(
      try CacheRuns(cache: "\(folder.path)/moved/cache").existing().map(\.folder)
        == ["\(folder.path)/moved/cells/a"])
  }

  @Test func aFailedStageIsFreeForTheNext() throws {
    #expect(throws: Interrupted.self) {
      try store("a").result(of: stage()) { work in
        try Data("half".utf8).write(to: URL(fileURLWithPath: work.scratchPath("checkpoint")))
        throw Interrupted()
      }
    }
    let result = try store("b").result(of: stage()) { work in
      let left = try String(contentsOfFile: work.scratchPath("checkpoint"), encoding: .utf8)
      try write(left + " and half")(work)
    }
    #expect(try String(contentsOfFile: result.path("out.txt"), encoding: .utf8) == "half and half")
    #expect(try contents("cache/work").isEmpty)
  }

  @Test func aKillAfterThePublicationLeavesNothingForGood() throws {
    _ = try store("a").result(of: stage(), produce: write("result"))
    let key = stage().key.hexadecimal
    var dead = ProcessIdentity.current
    dead.start = "1"
    let owner = String(decoding: try JSONEncoder().encode(dead), as: UTF8.self)
    try folder.write(owner, to: "cache/claims/\(key)/1/\(Claim.ownerName)")
    try folder.write("x", to: "cache/work/\(key)/token/scratch/checkpoint")
    _ = try store("b").result(of: stage()) { _ in Issue.record("The stage ran twice") }
    #expect(try contents("cache/work").isEmpty)
    #expect(try contents("cache/claims").filter { !$0.hasPrefix(".") }.isEmpty)
  }

  /// The owner seems dead, its work is taken over, and then it wakes up.
  @Test func whoeverLostItsClaimPublishesNothing() throws {
    let store = try store("a")
    let result = try store.result(of: stage()) { work in
      try write("of a sleeper")(work)
      guard access("\(cache)/stages", F_OK) != 0 else { return }
      // Another process forgets the claim and finishes the work in the renamed folder.
      let name = stage().key.hexadecimal
      try FileManager.default.removeItem(atPath: "\(cache)/claims/\(name)")
      let other = try self.store("b").result(of: stage()) { work in
        #expect(access(work.outputPath("out.txt"), F_OK) == 0)
        try write("of the other")(work)
      }
      #expect(!other.wasStored)
      try FileManager.default.createDirectory(
        atPath: work.output, withIntermediateDirectories: true)
      try write("too late")(work)
    }
    #expect(try String(contentsOfFile: result.path("out.txt"), encoding: .utf8) == "of the other")
    #expect(result.wasStored)
    #expect(try events("a") == [.started, .hit])
    #expect(try contents("cache/work").isEmpty)
  }

  @Test(arguments: ["changed", "truncated", "manifest"])
  func aDamagedEntryIsComputedAgainOnce(damage: String) throws {
    let first = try store("a").result(of: stage(), produce: write("result"))
    switch damage {
    case "changed":
      try "resulT".write(toFile: first.path("out.txt"), atomically: true, encoding: .utf8)
    case "truncated":
      try "res".write(toFile: first.path("out.txt"), atomically: true, encoding: .utf8)
    default:
      try "{".write(toFile: first.path("manifest.json"), atomically: true, encoding: .utf8)
    }
    let computed = Locked<Int>([])
    DispatchQueue.concurrentPerform(iterations: 3) { index in
      do {
        let result = try store("run\(index)").result(of: stage()) { work in
          computed.append(index)
          try write("result")(work)
        }
        #expect(result.contentHash == first.contentHash)
      } catch {
        Issue.record(error)
      }
    }
    #expect(computed.count == 1)
    #expect(try contents("cache/damaged").count == 1)
  }

  @Test func refusesANewerFormat() throws {
    try folder.write("{\"format\": 7}", to: "cache/store.json")
    #expect(
      message { _ = try store() }
        == "'\(cache)' was written by a newer version of conta (store format 7, this version reads "
        + "up to 1). Update conta, or choose another --cache.")
  }
}
