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

  private func stages() throws -> Set<String> {
    Set(try FileManager.default.contentsOfDirectory(atPath: "\(cache)/stages"))
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
    try folder.write("x", to: "cache/work/dead/scratch/checkpoint")
    try folder.write("x", to: "cache/damaged/seeds-1/out")
    let cache = try StageCache(path: cache)
    let planned = try cache.collect(dryRun: true)
    #expect(try stages().count == 2)
    #expect(try cache.collect() == planned)
    #expect(planned.freed == ByteSize(20))
    #expect(planned.kept == ByteSize(10))
    #expect(planned.needed == ByteSize(10))
    #expect(planned.leftovers == 2)
    #expect(try stages() == [needed])
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/cache/damaged"))
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/cache/work"))
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
