import CoreAPI
import Foundation
import SharedTestSupport
import Testing

@testable import Harness

@Suite struct StageCacheTests {
  private let folder: TemporaryFolder
  private var cache: String { "\(folder.path)/cache" }

  init() throws { folder = try TemporaryFolder() }

  /// Computes a stage for a run and makes its entry as old as it is told.
  @discardableResult private func add(
    _ seed: UInt64, for run: String, bytes: Int, age: Double
  ) throws -> String {
    let stage = StageDescription(
      name: "seeds", version: 1, configuration: ConfigurationNode(.section([])), seed: seed)
    let result = try StageStore(cache: cache, run: "\(folder.path)/\(run)").result(of: stage) {
      try Data(count: bytes).write(to: URL(fileURLWithPath: $0.outputPath("out")))
    }
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1_000_000 - age)],
      ofItemAtPath: result.path("manifest.json"))
    return (result.directory as NSString).lastPathComponent
  }

  private func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: "\(folder.path)/\(name)")
  }

  private func stages() throws -> Set<String> { Set(try contents("stages")) }

  /// The visible names in a folder of the cache.
  private func contents(_ name: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(cache)/\(name)")
      .filter { !$0.hasPrefix(".") }
  }

  /// Leaves a file of five bytes for a stage, as a run did that was stopped so many days ago.
  private func leave(_ key: String, age: Double, file: String = "scratch/checkpoint") throws {
    let path = "cache/work/\(key)/token/\(file)"
    try folder.write("12345", to: path)
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -age * 24 * 60 * 60)],
      ofItemAtPath: "\(folder.path)/\(path)")
  }

  @Test func listsEntriesWithTheRunsThatNeedThem() throws {
    let old = try add(0, for: "a", bytes: 10, age: 50)
    let new = try add(1, for: "a", bytes: 20, age: 5)
    try add(1, for: "b", bytes: 20, age: 5)
    let entries = try StageCache(path: cache).entries()
    #expect(entries.map(\.name) == [new, old])
    #expect(entries.map(\.size.bytes) == [20, 10])
    #expect(entries[0].runs == ["\(folder.path)/a", "\(folder.path)/b"])
    #expect(entries[1].lastUse == Date(timeIntervalSince1970: 999_950))
    try remove("a")
    #expect(try StageCache(path: cache).entries().map(\.runs.count) == [1, 0])
  }

  @Test func deletesOnlyWhatNoRunNeeds() throws {
    let needed = try add(0, for: "a", bytes: 10, age: 50)
    try add(1, for: "b", bytes: 20, age: 5)
    try remove("b")
    try folder.write("x", to: "cache/work/deleted-seeds-2/out")
    try folder.write("x", to: "cache/damaged/seeds-1/out")
    let cache = try StageCache(path: cache)
    let planned = try cache.collect(dryRun: true)
    #expect(try stages().count == 2)
    #expect(try cache.collect() == planned)
    #expect(planned.freed == ByteSize(20))
    #expect(planned.kept == ByteSize(10))
    #expect(planned.needed == ByteSize(10))
    #expect(planned.damaged == 2)
    #expect(try stages() == [needed])
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/cache/damaged"))
    #expect(try contents("work").isEmpty)
  }

  @Test func aStoppedRunFindsItsCheckpointForAMonth() throws {
    try add(0, for: "a", bytes: 10, age: 0)
    try leave("old", age: 31)
    try leave("young", age: 29)
    // One file of it is younger.
    try leave("young", age: 40, file: "output/image")
    let cache = try StageCache(path: cache)
    let planned = try cache.collect(budget: ByteSize(1), dryRun: true)
    #expect(planned.deletedLeftovers.map(\.name) == ["old"])
    #expect(planned.deletedLeftovers.map(\.size) == [ByteSize(5)])
    #expect(planned.keptLeftovers.map(\.name) == ["young"])
    #expect(planned.keptLeftovers.map(\.size) == [ByteSize(10)])
    #expect(planned.kept == ByteSize(10))
    #expect(try cache.collect(budget: ByteSize(1)) == planned)
    #expect(try contents("work") == ["young"])
    #expect(try contents("work/young/token").sorted() == ["output", "scratch"])
    #expect(try cache.collect(allLeftovers: true).deletedLeftovers == planned.keptLeftovers)
    #expect(try contents("work").isEmpty)
  }

  @Test func whatSomebodyWorksOnIsNoLeftover() throws {
    try add(0, for: "a", bytes: 10, age: 0)
    try leave("key", age: 31)
    guard case .held(let claim) = try ClaimFolder(path: "\(cache)/claims").claim("key") else {
      Issue.record("The claim is taken")
      return
    }
    let collection = try StageCache(path: cache).collect(allLeftovers: true)
    #expect(collection.deletedLeftovers.isEmpty)
    #expect(collection.keptLeftovers.isEmpty)
    #expect(try contents("work") == ["key"])
    #expect(try contents("claims") == ["key"])
    claim.release()
    #expect(
      try StageCache(path: cache).collect(allLeftovers: true).deletedLeftovers.map(\.name)
        == ["key"])
    #expect(try contents("claims").isEmpty)
  }

  @Test func aRunThatCannotBeSeenKeepsWhatItNeeds() throws {
    let needed = try add(0, for: "node/runs/a", bytes: 10, age: 0)
    let other = try add(1, for: "b", bytes: 10, age: 0)
    try remove("b")
    // As on a machine that does not see the node's disk.
    try FileManager.default.moveItem(
      atPath: "\(folder.path)/node", toPath: "\(folder.path)/elsewhere")
    let run = "\(folder.path)/node/runs/a"
    let cache = try StageCache(path: cache)
    let collection = try cache.collect()
    #expect(collection.deleted.map(\.name) == [other])
    #expect(collection.unseenRuns == [run])
    #expect(try cache.entries().map(\.runs) == [[run]])
    let planned = try cache.collect(forgettingUnseen: true, dryRun: true)
    #expect(planned.deleted.map(\.name) == [needed])
    #expect(try cache.collect(forgettingUnseen: true).unseenRuns == [run])
    #expect(try stages().isEmpty)
    #expect(try cache.collect().unseenRuns.isEmpty)
    #expect(try contents("needs").count == 1)
  }

  @Test func aRunIsDeletedWhereTheFolderAboveItIsSeen() throws {
    let entry = try add(0, for: "node/runs/a", bytes: 10, age: 0)
    try remove("node/runs/a")
    let collection = try StageCache(path: cache).collect()
    #expect(collection.deleted.map(\.name) == [entry])
    #expect(collection.unseenRuns.isEmpty)
  }

  /// An earlier version of conta did not list what a run needs.
  @Test func anUnseenRunWithoutAListKeepsEverything() throws {
    let needed = try add(0, for: "node/runs/a", bytes: 10, age: 0)
    let other = try add(1, for: "b", bytes: 10, age: 0)
    try remove("b")
    try remove("cache/needs")
    try FileManager.default.moveItem(
      atPath: "\(folder.path)/node", toPath: "\(folder.path)/elsewhere")
    #expect(try StageCache(path: cache).collect().deleted.isEmpty)
    #expect(try stages() == [needed, other])
    // Where it is seen again, its links tell, and with the next start the cache lists them.
    try FileManager.default.moveItem(
      atPath: "\(folder.path)/elsewhere", toPath: "\(folder.path)/node")
    _ = try StageStore(cache: cache, run: "\(folder.path)/node/runs/a")
    try remove("node")
    #expect(try StageCache(path: cache).collect().deleted.map(\.name) == [other])
  }

  @Test func aBudgetDeletesTheLeastRecentlyUsedFirst() throws {
    let names = try [30.0, 20, 10].enumerated().map {
      try add(UInt64($0), for: "gone", bytes: 100, age: $1)
    }
    let kept = try add(9, for: "a", bytes: 100, age: 99)
    try remove("gone")
    let collection = try StageCache(path: cache).collect(budget: ByteSize(250))
    #expect(collection.deleted.map(\.name) == Array(names[0...1]))
    #expect(try stages() == [names[2], kept])
    // What runs need stays, even beyond the budget.
    let rest = try StageCache(path: cache).collect(budget: ByteSize(1))
    #expect(rest.deleted.map(\.name) == [names[2]])
    #expect(rest.kept == ByteSize(100))
    #expect(try stages() == [kept])
  }

  @Test func nothingIsDeletedWhileARunUsesTheCache() throws {
    let user = try StageStore(cache: cache, run: "\(folder.path)/a")
    #expect(
      message { _ = try StageCache(path: cache).collect() }
        == "'\(cache)' is in use by \(ProcessIdentity.current). Nothing was deleted; run this again "
        + "when no run uses the cache.")
    withExtendedLifetime(user) {}
  }

  @Test func aRunWaitsWhileEntriesAreDeleted() throws {
    try add(0, for: "a", bytes: 10, age: 0)
    let claims = ClaimFolder(path: "\(cache)/claims")
    guard case .held(let claim) = try claims.claim(CachePresence.collection) else {
      Issue.record("The claim is taken")
      return
    }
    let opened = Locked<Date>([])
    let cache = cache
    let run = "\(folder.path)/b"
    let thread = Thread {
      withExtendedLifetime(try? StageStore(cache: cache, run: run)) { opened.append(Date()) }
    }
    thread.start()
    usleep(400_000)
    #expect(opened.count == 0)
    claim.release()
    for _ in 0..<50 where opened.count == 0 { usleep(100_000) }
    #expect(opened.count == 1)
  }

  @Test func aRunThatWaitedIsSeenByTheNextDeletion() throws {
    try add(0, for: "a", bytes: 10, age: 0)
    let cache = cache
    let run = "\(folder.path)/b"
    let opened = Locked<StageStore>([])
    let users = ClaimFolder(path: "\(cache)/users")
    var deletion = try StageCache(path: cache)
    deletion.beforeDeletion = {
      let thread = Thread {
        if let store = try? StageStore(cache: cache, run: run) { opened.append(store) }
      }
      thread.start()
      for _ in 0..<100 where (try? users.living())?.isEmpty != false { usleep(50_000) }
    }
    _ = try deletion.collect()
    for _ in 0..<100 where opened.count == 0 { usleep(50_000) }
    #expect(opened.count == 1)
    #expect(throws: CacheError.inUse(path: cache, owner: "\(ProcessIdentity.current)")) {
      try StageCache(path: cache).collect()
    }
    withExtendedLifetime(opened) {}
  }

  @Test func theSignsOfDeadProcessesAreDeleted() throws {
    try add(0, for: "a", bytes: 10, age: 0)
    var dead = ProcessIdentity.current
    dead.start = "1"
    let owner = String(decoding: try JSONEncoder().encode(dead), as: UTF8.self)
    try folder.write(owner, to: "cache/users/somebody/1/\(Claim.ownerName)")
    _ = try StageCache(path: cache).collect()
    #expect(try contents("users").isEmpty)
  }

  @Test func namesDamagedEntries() throws {
    let good = try add(0, for: "a", bytes: 10, age: 0)
    let names = try (1...4).map { try add(UInt64($0), for: "a", bytes: 10, age: 0) }
    try folder.write("0123456789", to: "cache/stages/\(names[0])/out")
    try folder.write("short", to: "cache/stages/\(names[1])/out")
    try remove("cache/stages/\(names[2])/manifest.json")
    try remove("cache/stages/\(names[3])/out")
    let damage = try StageCache(path: cache).damage()
    #expect(
      Dictionary(uniqueKeysWithValues: damage.map { ($0.entry, $0.problem) }) == [
        names[0]: "the content of 'out' changed", names[1]: "'out' has 5 bytes instead of 10",
        names[2]: "its manifest is missing or damaged", names[3]: "'out' is missing",
      ])
    #expect(try stages().contains(good))
  }

  @Test func anotherFolderIsNoCache() {
    #expect(
      message { _ = try StageCache(path: folder.path) }
        == "'\(folder.path)' has no store.json. Expected the --cache folder of a run, or the folder "
        + "'cache' of a grid.")
  }

  @Test(arguments: [
    ("0", 0), ("17", 17), ("500MB", 500_000_000), ("1.5 GB", 1_500_000_000),
    ("2tb", 2_000_000_000_000),
    ("3 kB", 3000), ("9B", 9),
  ])
  func readsSizes(text: String, bytes: Int) {
    #expect(ByteSize(text)?.bytes == bytes)
  }

  @Test func refusesWhatIsNoSize() {
    for text in ["", "GB", "-1", "1 pint", "1e3", "1.2.3 GB", "99999999999999999999 TB"] {
      #expect(ByteSize(text) == nil, "\(text)")
    }
    #expect(ByteSize(999).description == "999 B")
    #expect(ByteSize(1_250_000).description == "1.3 MB")
    #expect(ByteSize(3_000_000_000_000).description == "3.0 TB")
  }
}
