import CoreAPI
import Dispatch
import Foundation
import PluginTestSupport
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
      try RunResults(
        records: [
          ResultRecord(
            method: "Test", round: 0, seed: UInt64(seed), column: .pseudoMask,
            meanIoU: 0.5 + 0.1 * Double(seed), evaluation: evaluation)
        ], settings: RunSettings([RunSettings.versionsKey: "\(Chain.version).1.1.1"])
      ).write(toRunDirectory: directory)
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

  /// Runs a grid; without plugins, nothing is known about the versions of its stages.
  @discardableResult private func run(
    _ request: GridRequest, _ registry: PluginRegistry = PluginRegistry()
  ) throws -> String {
    var run = try GridRun(request, registry: registry, progress: progress)
    return try run.run()
  }

  /// The plugins of a program, of which the segmenter's may be another version.
  private func plugins(segmenterVersion: Int = 1) throws -> PluginRegistry {
    var registry = PluginRegistry()
    try registry.registerSeedGenerator("minimal", summary: "", ports: [.block5]) { _, part in
      try MinimalSeedGenerator(part)
    }
    try registry.registerExpander("minimal", summary: "") { _, part in try MinimalExpander(part) }
    try registry.registerSegmenter("minimal", version: segmenterVersion, summary: "") { _, part in
      try MinimalSegmenter(part)
    }
    return registry
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

  @Test func anotherWayToWriteAPathIsTheSameCell() throws {
    var request = request()
    request.overrides = ["data.root=\(folder.path)/results"]
    try run(request)
    request.file = "\(folder.path)/results/../grid.yaml"
    request.output = "\(folder.path)/./out"
    request.cache = "\(folder.path)/out/cache"
    request.overrides = ["data.root=\(folder.path)/results/../results"]
    try run(request)
    #expect(started() == ["0", "1", "2"])
    request.overrides = ["data.root=\(folder.path)"]
    try run(request)
    #expect(started() == ["0", "0", "1", "1", "2", "2"])
  }

  @Test func relativePathsStartFromTheirOwnFolder() throws {
    try folder.write("", to: "data/labels.npy")
    let first = CellArguments(
      [
        "run", "./test.yaml", "data.root=data", "expander={cues: data/labels.npy, steps: 3}",
        "--out", "out/cells/a", "--cache", "out/cache", "--steps", "2",
      ], folder: folder.path)
    func arguments(_ root: String, steps: String = "2") -> CellArguments {
      CellArguments(
        [
          "run", "../test.yaml", "data.root=\(root)", "expander={cues: labels.npy, steps: 3}",
          "--out", "../out/cells/a", "--cache", "../out/cache", "--steps", steps,
        ], folder: "\(folder.path)/data")
    }
    #expect(first.askForTheSame(as: arguments(".")))
    #expect(first.askForTheSame(as: arguments("\(folder.path)/data/")))
    #expect(!first.askForTheSame(as: arguments("..")))
    #expect(!first.askForTheSame(as: arguments(".", steps: "3")))
  }

  /// Rewrites the records of all cells as an older version of the program wrote them.
  private func age() throws {
    let file = try GridFile(path: request().file)
    let place = GridFolder(file, request(), registry: PluginRegistry())
    for cell in file.cells {
      let path = URL(fileURLWithPath: "\(place.folder(of: cell))/\(CellRecord.fileName)")
      let object = try JSONSerialization.jsonObject(with: Data(contentsOf: path))
      var record = try #require(object as? [String: Any])
      record["arguments"] = place.arguments(of: cell)
      record["folder"] = nil
      record["versions"] = nil
      try JSONSerialization.data(withJSONObject: record).write(to: path)
    }
  }

  @Test func cellsOfAnotherVersionRunAgain() throws {
    try folder.write(ChainRun.recipe, to: "test.yaml")
    let (old, new) = (try plugins(), try plugins(segmenterVersion: 2))
    try run(request(), old)
    try run(request(), old)
    #expect(started() == ["0", "1", "2"])
    #expect(progress.lines.withLock { $0 } == [])
    try run(request(), new)
    #expect(started() == ["0", "0", "1", "1", "2", "2"])
    let note = "3 cells were made by another version and run again."
    #expect(progress.lines.withLock { $0 } == [note])
    try run(request(), new)
    #expect(started().count == 6)
    #expect(progress.lines.withLock { $0 } == [note])
  }

  /// Their results name the versions, as those of all runs.
  @Test func cellsOfOlderProgramsAreTakenOverUnlessTheirVersionsDiffer() throws {
    try folder.write(ChainRun.recipe, to: "test.yaml")
    try run(request(), plugins())
    try age()
    try run(request(), plugins())
    #expect(started() == ["0", "1", "2"])
    try run(request(), plugins(segmenterVersion: 2))
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

  @Test func aFullDiskDoesNotWaitForWorkersThatDoNotEnd() throws {
    let full =
      "The disk is full: '/x' was not written. Free some space and run the same command again; "
      + "finished work is kept."
    try setProgram(
      """
      [ $seed = 0 ] && { trap '' TERM; touch '\(folder.path)/deaf'; exec sleep 60; }
      while [ ! -e '\(folder.path)/deaf' ]; do sleep 0.05; done
      echo "error: \(full)" >&2
      exit 1
      """)
    var run = try GridRun(request(), registry: PluginRegistry(), progress: progress)
    run.grace = 0.2
    let start = ContinuousClock.now
    let reason = message { _ = try run.run() }
    #expect(reason == full)
    #expect(ContinuousClock.now - start < .seconds(30))
    // The claims are given up, too.
    try setProgram("")
    try self.run(request())
    #expect(started() == ["0", "0", "1", "1", "2"])
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
    func arguments() -> [String] {
      GridFolder(file, request, registry: PluginRegistry()).arguments(of: cell)
    }
    #expect(
      arguments() == [
        "run", "\(folder.path)/test.yaml", "--out", "\(folder.path)/out/cells/test", "--cache",
        "\(folder.path)/out/cache", "--threads", "3", "--steps", "7", "--device", "cpu",
      ])
    request.threads = 1
    request.steps = 2
    request.cache = "/c"
    #expect(
      arguments().suffix(8) == [
        "--cache", "/c", "--threads", "1", "--steps", "2", "--device", "cpu",
      ])
  }

  @Test func anUnknownRecipeValueStopsTheGridBeforeAnyWork() throws {
    try folder.write(ChainRun.recipe, to: "test.yaml")
    try folder.write("recipes: test.yaml\naxes: {data.widt: [48]}\n", to: "grid.yaml")
    let run = try GridRun(
      request(), registry: ChainRun.minimalPlugins(), progress: progress)
    #expect(
      message { try run.check() }.hasPrefix(
        "The cell 'test_widt=48' cannot run: command line: Unknown key 'data.widt'. Did you mean "
          + "'width'?"))
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/out"))
  }
}
