import Foundation
import Harness
import SharedTestSupport
import Testing

/// SIGTERM, with which batch systems announce the end, costs no work.
@Suite struct StopTests {
  private static let checkpoints = "runtime.checkpoint_interval=10000"

  @Test func aRunKeepsItsTraining() throws {
    let task = "Tiny IRNet · classifier"
    // A busy machine can let the training end before the signal arrives; then the test begins anew.
    for _ in 0..<5 {
      let run = try TinyRun()
      let process = try run.start([Self.checkpoints])
      while process.isRunning, try run.events().isEmpty { usleep(1000) }
      usleep(50_000)
      process.send(SIGTERM)
      let outcome = process.outcome()
      #expect(outcome.code == 143)
      #expect(outcome.result == "")
      #expect(
        outcome.lastMessage == "Interrupted. Finished work is kept; to resume, run: conta run "
          + "\(TinyRun.recipe) \(Self.checkpoints) --out \(run.path)")
      guard try run.events().map(\.event) == [.started] else { continue }
      let resumed = try run.finish([Self.checkpoints])
      #expect(resumed.code == 0)
      let line = resumed.messages.split(separator: "\n").first { $0.hasPrefix("\(task)  ") }
      let begin = line?.dropFirst(task.count + 2).prefix { $0.isNumber }
      #expect(Int(begin ?? "0") ?? 0 > 0, "The training began at '\(line ?? "nothing")'")
      #expect(run.data("table.md") == (try TinyRun.undisturbed().data("table.md")))
      return
    }
    Issue.record("No attempt stopped the training in time")
  }

  @Test func aPreviewLeavesNothing() throws {
    let place = try TemporaryFolder()
    let grid = try TinyGrid()
    let process = try grid.start(["--dry-run"], environment: ["TMPDIR": place.path])
    while process.isRunning, !process.messages.contains("calibration") { usleep(1000) }
    process.send(SIGTERM)
    let outcome = process.outcome()
    #expect(outcome.code == 143)
    #expect(outcome.lastMessage == "Interrupted.")
    #expect(try FileManager.default.contentsOfDirectory(atPath: place.path) == [])
    #expect(!FileManager.default.fileExists(atPath: grid.path))
  }

  @Test func aGridStopsItsWorkers() throws {
    let grid = try TinyGrid()
    let process = try grid.start()
    while process.isRunning, (try? grid.events().isEmpty) ?? true { usleep(1000) }
    process.send(SIGTERM)
    let outcome = process.outcome()
    #expect(outcome.code == 143)
    #expect(
      outcome.lastMessage == "Interrupted. Finished work is kept; to resume, run: conta grid "
        + "\(grid.file) --out \(grid.path) --jobs 2")
    let cells = try grid.cells()
    #expect(
      !cells.isEmpty && cells.allSatisfy { !grid.text("cells/\($0)/cell.json").contains("failed") })
    #expect(try grid.finish().code == 0)
    #expect(grid.text("table.md") == (try TinyGrid.undisturbed().text("table.md")))
  }
}
