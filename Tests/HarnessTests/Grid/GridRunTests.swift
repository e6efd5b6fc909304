import CoreAPI
import Dispatch
import Foundation
import SharedTestSupport
import Synchronization
import Testing

@testable import Harness

/// The running of cells, with a small program in the place of `conta`.
@Suite struct GridRunTests {
  private final class Progress: ProgressSink {
    let lines = Mutex<[String]>([])
    let details = Mutex<[String]>([])
    func update(_ progress: StageProgress) {
      details.withLock {
        $0.append("\(progress.completed)/\(progress.total) \(progress.detail)")
      }
    }
    func note(_ line: String) { lines.withLock { $0.append(line) } }
  }

  private let folder: TemporaryFolder
  private let progress = Progress()

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("title: Test\n", to: "test.yaml")
    try folder.write("recipes: test.yaml\nseeds: 3\n", to: "grid.yaml")
    let evaluation = EvaluationProtocol(
      dataset: "world", split: "train", imageCount: 4, classes: ["background", "cat"])
    for seed in 0..<3 {
      let directory = "\(folder.path)/results/seed\(seed)"
      try FileManager.default.createDirectory(
        atPath: directory, withIntermediateDirectories: true)
      try RunResults(records: [
        ResultRecord(
          method: "Test", round: 0, seed: UInt64(seed), column: .pseudoMask,
          meanIoU: 0.5 + 0.1 * Double(seed), evaluation: evaluation)
      ]).write(toRunDirectory: directory)
    }
    try setProgram("")
  }

  /// Writes the program: `before` runs first, then the cell's results appear.
  private func setProgram(_ before: String) throws {
    try folder.write(
      """
      while [ "$1" != --out ]; do case $1 in seed=*) seed=${1#seed=};; esac; shift; done
      out=$2
      echo "$seed" >>'\(folder.path)/started'
      \(before)
      cp '\(folder.path)'/results/seed"$seed"/results.json "$out"
      """, to: "program.sh")
  }

  private func request(jobs: Int = 2, retry: Bool = false, output: String = "out") -> GridRequest {
    GridRequest(
      file: "\(folder.path)/grid.yaml", output: "\(folder.path)/\(output)", jobs: jobs,
      retriesFailed: retry, program: ["/bin/sh", "\(folder.path)/program.sh"])
  }

  @discardableResult private func run(_ request: GridRequest) throws -> String {
    var run = try GridRun(request, progress: progress)
    return try run.run()
  }

  private func started() -> [String] {
    ((try? folder.text(of: "started")) ?? "").split(separator: "\n").map(String.init).sorted()
  }

  @Test func everyCellRunsOnceAndTheTableHasThemAll() throws {
    try setProgram("sleep 0.3")
    let table = try run(request())
    #expect(started() == ["0", "1", "2"])
    #expect(table.contains("| Test   |   – |         60.0 ± 10.0 |         – |"))
    #expect(try folder.text(of: "out/table.md") == table)
    let details = progress.details.withLock { $0 }
    #expect(details.first == "0/3 0 running, 0 failed")
    #expect(details.contains("0/3 2 running, 0 failed"))
    #expect(details.last == "3/3 0 running, 0 failed")
    #expect(try run(request()) == table)
    #expect(started() == ["0", "1", "2"])
  }

  @Test func aFailedCellKeepsItsErrorUntilItIsRetried() throws {
    let failing = "[ $seed = 1 ] && { echo 'step 1'; echo 'error: No luck.' >&2; exit 1; }"
    try setProgram(failing)
    let message =
      "1 cell failed: test_seed1. The first error: No luck. See log.txt in '\(folder.path)/out/"
      + "cells/NAME'; --retry runs them again."
    #expect(SharedTestSupport.message { try run(request()) } == message)
    #expect(try folder.text(of: "out/cells/test_seed1/log.txt") == "step 1\nerror: No luck.\n")
    #expect(progress.lines.withLock { $0 } == ["test_seed1 failed: No luck."])
    try setProgram("")
    #expect(SharedTestSupport.message { try run(request()) } == message)
    #expect(started() == ["0", "1", "2"])
    #expect(try run(request(retry: true)).contains("60.0 ± 10.0"))
    #expect(started() == ["0", "1", "1", "2"])
  }

  @Test func aDeadProcessWithoutAMessageIsAFailure() throws {
    try setProgram("[ $seed = 2 ] && kill -9 $$")
    #expect(
      message { try run(request()) }.hasPrefix(
        "1 cell failed: test_seed2. The first error: The process was ended by signal 9, as when "
          + "memory runs out. Ask Slurm for more with SBATCH_MEM_PER_NODE, or use a smaller "
          + "batch_size. See log.txt"))
    try setProgram("[ $seed = 2 ] && exit 3")
    #expect(
      message { try run(request(retry: true)) }.hasPrefix(
        "1 cell failed: test_seed2. The first error: The process ended with code 3 and without a "
          + "message. See log.txt"))
  }

  /// Ctrl-C reaches workers as it reaches the grid, which may see their end first.
  @Test(arguments: [130, 143])
  func aWorkerThatWasAskedToEndIsNoFailure(code: Int) throws {
    try setProgram(
      "[ $seed = 1 ] && [ ! -e \"$out\"/seen ] && { touch \"$out\"/seen; exit \(code); }")
    try run(request())
    #expect(started() == ["0", "1", "1", "2"])
  }

  @Test func anEditedRecipeRunsItsCellsAgain() throws {
    try folder.write("base: base.yaml\ntitle: Test\n", to: "test.yaml")
    try folder.write("seed_generator: {rate: 1}\n", to: "base.yaml")
    try run(request())
    try folder.write("# a comment\nbase: base.yaml\ntitle: Test\n", to: "test.yaml")
    try run(request())
    #expect(started() == ["0", "1", "2"])
    try folder.write("seed_generator: {rate: 2}\n", to: "base.yaml")
    try run(request())
    #expect(started() == ["0", "0", "1", "1", "2", "2"])
  }

  @Test func aCellWhoseResultsCannotBeReadRunsAgain() throws {
    try run(request())
    try folder.write("{\"of\": \"another version\"}", to: "out/cells/test_seed1/results.json")
    #expect(try run(request()).contains("60.0 ± 10.0"))
    #expect(started() == ["0", "1", "1", "2"])
  }

  @Test func otherArgumentsRunACellAgain() throws {
    try run(request())
    var changed = request()
    changed.overrides = ["a=1"]
    try run(changed)
    #expect(started() == ["0", "0", "1", "1", "2", "2"])
  }

  @Test func twoGridsAtOnceDivideTheCells() throws {
    try setProgram("sleep 0.2")
    let tables = Locked<String>([])
    DispatchQueue.concurrentPerform(iterations: 2) { _ in
      do { tables.append(try run(request(jobs: 1))) } catch { Issue.record(error) }
    }
    #expect(started() == ["0", "1", "2"])
    #expect(Set(tables.all).count == 1)
    #expect(tables.count == 2)
  }

  @Test func aFullDiskStopsTheGridWithItsMessage() throws {
    let full =
      "The disk is full: '/x' was not written. Free some space and run the same command again; "
      + "finished work is kept."
    try setProgram("[ $seed = 1 ] && { echo \"error: \(full)\" >&2; exit 1; }")
    #expect(message { try run(request(jobs: 1)) } == full)
    #expect(started() == ["0", "1"])
    // It is no failure of the cell: without --retry it runs again.
    try setProgram("")
    try run(request())
    #expect(started() == ["0", "1", "1", "2"])
  }

  @Test func theWorkerOfAKilledGridIsWaitedFor() throws {
    try setProgram(
      "[ $seed = 1 ] && [ ! -e \"$out\"/seen ] && { touch \"$out\"/seen; "
        + "echo \"error: '$out' is in use by process 7 on here. Wait\" >&2; exit 1; }")
    try run(request())
    #expect(started() == ["0", "1", "1", "2"])
  }

  @Test func theGridsThreadsAndStepsReachEveryCell() throws {
    try folder.write("recipes: test.yaml\nthreads: 3\nsteps: 7\n", to: "grid.yaml")
    var request = request()
    request.device = "cpu"
    let file = try GridFile(path: request.file)
    let cell = try #require(file.cells.first)
    #expect(
      GridFolder(file, request).arguments(of: cell) == [
        "run", "\(folder.path)/test.yaml", "--out", "\(folder.path)/out/cells/test", "--cache",
        "\(folder.path)/out/cache", "--threads", "3", "--steps", "7", "--device", "cpu",
      ])
    request.threads = 1
    request.steps = 2
    request.cache = "/c"
    #expect(
      GridFolder(file, request).arguments(of: cell).suffix(8) == [
        "--cache", "/c", "--threads", "1", "--steps", "2", "--device", "cpu",
      ])
  }

  @Test func anUnknownRecipeValueStopsTheGridBeforeAnyWork() throws {
    try folder.write(ChainRun.recipe, to: "test.yaml")
    try folder.write("recipes: test.yaml\naxes: {data.widt: [48]}\n", to: "grid.yaml")
    let run = try GridRun(request(), progress: progress)
    #expect(
      message { try run.check(registry: ChainRun.minimalPlugins()) }.hasPrefix(
        "The cell 'test_widt=48' cannot run: command line: Unknown key 'data.widt'. Did you mean "
          + "'width'?"))
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/out"))
  }
}
