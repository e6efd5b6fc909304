import ContaCommandLine
import Foundation
import SharedTestSupport
import Synchronization
import Testing

/// `conta cache` on the cache of a small grid.
@Suite struct CacheCommandTests {
  private func run(_ arguments: String...) -> (code: Int32, result: String, messages: String) {
    let result = Locked()
    let messages = Locked()
    let program = ContaProgram(
      actions: ProgramActions(run: { _, _ in "" }, plugins: { [] }, world: { _, _ in }),
      output: ProgramOutput(
        result: { result.append($0) }, message: { messages.append($0) }))
    let code = program.run(["cache"] + arguments)
    return (code, result.text, messages.text)
  }

  private final class Locked: Sendable {
    private let content = Mutex("")
    var text: String { content.withLock { $0 } }
    func append(_ more: String) { content.withLock { $0 += more } }
  }

  /// A cache with two entries: one of a run, and one that nobody needs.
  private func cache(in folder: TemporaryFolder) throws -> String {
    let path = "\(folder.path)/cache"
    try folder.write("{\"format\": 1}", to: "cache/store.json")
    try folder.write("\(folder.path)/run\n", to: "cache/runs/1")
    for (name, time) in [("seeds-0000000000000000", 60.0), ("evaluate-1111111111111111", 0)] {
      let parts = name.split(separator: "-").map(String.init)
      try folder.write("12345", to: "cache/stages/\(name)/out")
      let hash = "5994471abb01112afcc18159f6cc74b4f511b99806da59b3caf5a9c173cacfc5"
      try folder.write(
        """
        {"format": 1, "stage": "\(parts[0])", "key": "\(parts[1])", "description": "", "files": [
        {"path": "out", "byteCount": 5, "sha256": "\(hash)"}]}
        """, to: "cache/stages/\(name)/manifest.json")
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: 1_600_000_000 + time)],
        ofItemAtPath: "\(path)/stages/\(name)/manifest.json")
    }
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/run/stages", withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder.path)/run/stages/seeds-0000000000000000",
      withDestinationPath: "\(path)/stages/seeds-0000000000000000")
    return path
  }

  @Test func lists() throws {
    let folder = try TemporaryFolder()
    #expect(
      run("ls", try cache(in: folder)) == (
        0,
        """
        | Entry                     | Size |  Last used (UTC) | Runs |
        | :------------------------ | ---: | ---------------: | ---: |
        | seeds-0000000000000000    |  5 B | 2020-09-13 12:27 |    1 |
        | evaluate-1111111111111111 |  5 B | 2020-09-13 12:26 |    0 |

        2 entries, 10 B.

        """, ""
      ))
  }

  @Test func verifies() throws {
    let folder = try TemporaryFolder()
    let cache = try cache(in: folder)
    #expect(run("verify", cache) == (0, "2 entries, all of them whole.\n", ""))
    try folder.write("54321", to: "cache/stages/seeds-0000000000000000/out")
    #expect(
      run("verify", cache) == (
        1, "",
        "seeds-0000000000000000: the content of 'out' changed\nerror: 1 of 2 entries are damaged. "
          + "Runs that need them compute them again; 'conta cache gc' deletes those that no run "
          + "needs.\n"
      ))
  }

  @Test func deletesWhatNoRunNeeds() throws {
    let folder = try TemporaryFolder()
    let cache = try cache(in: folder)
    #expect(
      run("gc", cache, "--dry-run") == (
        0,
        "Would delete 1 entries (5 B) and 0 damaged ones. 5 B stay, of which runs need 5 B.\n"
          + "Would delete 0 leftovers (0 B) of stopped runs; 0 leftovers (0 B) stay.\n",
        "evaluate-1111111111111111  5 B\n"
      ))
    #expect(run("gc", cache, "--budget", "10B").result.hasPrefix("Deleted 0 entries (0 B)"))
    #expect(
      run("gc", cache, "--budget", "1") == (
        0,
        "Deleted 1 entries (5 B) and 0 damaged ones. 5 B stay, of which runs need 5 B.\n"
          + "Deleted 0 leftovers (0 B) of stopped runs; 0 leftovers (0 B) stay.\n",
        "evaluate-1111111111111111  5 B\nThe budget of 1 B is exceeded by what runs need. Delete "
          + "folders of runs to free more.\n"
      ))
    #expect(run("ls", cache).result.hasSuffix("\n1 entries, 5 B.\n"))
    #expect(
      run("gc", cache, "--budget", "much") == (
        64, "",
        "error: The value 'much' is invalid for '--budget <budget>': '--budget much' is no size. "
          + "Expected, for example, 50GB. See 'conta cache gc --help'.\n"
      ))
  }

  @Test func keepsWhatStoppedRunsLeftUnlessAskedTo() throws {
    let folder = try TemporaryFolder()
    let cache = try cache(in: folder)
    for (key, days) in [("old", 31.0), ("young", 29)] {
      try folder.write(key, to: "cache/work/\(key)/token/scratch/checkpoint")
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: -days * 24 * 60 * 60)],
        ofItemAtPath: "\(cache)/work/\(key)/token/scratch/checkpoint")
    }
    let lastLine = { (result: String) in result.split(separator: "\n").last.map { String($0) } }
    #expect(
      lastLine(run("gc", cache, "--budget", "10B").result)
        == "Deleted 1 leftovers (3 B) of stopped runs; 1 leftovers (5 B) stay.")
    #expect(
      lastLine(run("gc", cache, "--budget", "10B", "--leftovers", "--dry-run").result)
        == "Would delete 1 leftovers (5 B) of stopped runs; 0 leftovers (0 B) stay.")
    #expect(
      lastLine(run("gc", cache, "--budget", "10B", "--leftovers").result)
        == "Deleted 1 leftovers (5 B) of stopped runs; 0 leftovers (0 B) stay.")
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(cache)/work").isEmpty)
  }

  @Test func saysHowManyRunsCannotBeSeen() throws {
    let folder = try TemporaryFolder()
    let cache = try cache(in: folder)
    try folder.write("\(folder.path)/disk/runs/a\n", to: "cache/runs/2")
    try folder.write("evaluate-1111111111111111\n", to: "cache/needs/2")
    let kept = run("gc", cache)
    #expect(kept.result.hasPrefix("Deleted 0 entries (0 B)"))
    #expect(
      kept.messages
        == "1 runs cannot be seen from here; what they need stays. If they are gone, delete it "
        + "with --forget-unseen.\n")
    #expect(
      run("gc", cache, "--forget-unseen", "--dry-run").messages
        == "evaluate-1111111111111111  5 B\nWould forget 1 runs that cannot be seen from here.\n")
    let forgotten = run("gc", cache, "--forget-unseen")
    #expect(forgotten.result.hasPrefix("Deleted 1 entries (5 B)"))
    #expect(
      forgotten.messages
        == "evaluate-1111111111111111  5 B\nForgot 1 runs that cannot be seen from here.\n")
    #expect(run("gc", cache).messages.isEmpty)
  }
}
