import Foundation
import Harness
import SharedTestSupport
import Testing

/// Runs that share their stages give the numbers of runs that do not.
@Suite(.serialized) struct SharedRunTests {
  @Test func aRunOnACacheGivesTheSameNumbers() throws {
    let folder = try TemporaryFolder()
    let own = try ChainRun(ChainRun.minimalPlugins())
    try own.finish(["intervention.rounds=1"])
    let sharing = try ChainRun(ChainRun.minimalPlugins())
    for cell in ["x", "y"] {
      let path = "\(folder.path)/grid/cells/\(cell)"
      _ = try sharing.chain(
        ["intervention.rounds=1"], directory: path, cache: "\(folder.path)/grid/cache"
      ).run()
      for name in ["results.json", "table.md", "supervision.json", "rounds.json"] {
        #expect(try folder.text(of: "grid/cells/\(cell)/\(name)") == own.text(name), "\(name)")
      }
    }
    let events = try StageEventLog(path: "\(folder.path)/grid/cells/y/events.jsonl").events()
    #expect(events.allSatisfy { $0.event == .hit })
    #expect(events.count == 23)
  }
}
