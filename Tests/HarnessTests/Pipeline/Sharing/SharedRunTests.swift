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
  /// A folder of runs is often a link to a larger disk.
  @Test func runsAndCachesMayLieBehindLinks() throws {
    let folder = try TemporaryFolder()
    let manager = FileManager.default
    try manager.createDirectory(
      atPath: "\(folder.path)/disk/me/runs", withIntermediateDirectories: true)
    try manager.createSymbolicLink(
      atPath: "\(folder.path)/runs", withDestinationPath: "\(folder.path)/disk/me/runs")
    let run = try ChainRun(ChainRun.minimalPlugins())
    let path = "\(folder.path)/runs/a"
    _ = try run.chain(directory: path, cache: "\(folder.path)/runs/cache").run()
    let cache = try StageCache(path: "\(folder.path)/runs/cache")
    #expect(try cache.entries().allSatisfy { $0.runs == ["\(folder.path)/disk/me/runs/a"] })

    // The cache of a grid, too.
    try manager.createDirectory(
      atPath: "\(folder.path)/disk/cache", withIntermediateDirectories: true)
    try manager.createDirectory(atPath: "\(folder.path)/grid", withIntermediateDirectories: true)
    try manager.createSymbolicLink(
      atPath: "\(folder.path)/grid/cache", withDestinationPath: "\(folder.path)/disk/cache")
    _ = try run.chain(
      directory: "\(folder.path)/grid/cells/x", cache: "\(folder.path)/grid/cache"
    ).run()
    for path in ["grid/cache", "disk/cache"] {
      let plan = try StageCache(path: "\(folder.path)/\(path)").collect(dryRun: true)
      #expect(plan.freed == ByteSize(0), "\(path)")
    }
  }
}
