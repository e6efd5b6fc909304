import Foundation
import Harness
import Testing

/// A grid that was killed and started again ends as one that was not.
@Suite struct GridKillTests {
  @Test func sharedStagesAreComputedOnce() throws {
    let grid = try TinyGrid.undisturbed()
    let events = try grid.events()
    let started = events.filter { $0.event == .started }
    let finished = events.filter { $0.event == .finished }
    #expect(Set(started.map(\.key)).count == started.count, "a stage began twice")
    #expect(finished.count == started.count)
    // Of both seeds: the baseline's eleven stages; with a round, its masks of all training images,
    // the confounders, and the round's eleven.
    #expect(finished.count == 2 * (11 + 1 + 1 + 11))
    // The baseline's classifier, seeds, expander, pseudo-masks, segmenter, validation masks,
    // the counts of three kinds of output, scores.
    #expect(events.count { $0.event == .hit } == 2 * 10)
    #expect(try grid.manifests().count == finished.count)
    for cell in try grid.cells() { #expect(!grid.text("cells/\(cell)/table.md").isEmpty) }
  }

  @Test func threeKillsOfTheWholeGroupChangeNothing() throws {
    let undisturbed = try TinyGrid.undisturbed()
    let grid = try TinyGrid()
    var random = SystemRandomNumberGenerator()
    for _ in 0..<3 {
      let delay = Double.random(in: 0...undisturbed.seconds * 0.6, using: &random)
      let process = try grid.start()
      usleep(UInt32(delay * 1e6))
      process.send(SIGKILL, toGroup: true)
      let code = process.outcome().code
      #expect(code == SIGKILL || code == 0, "after \(delay) s: \(process.messages)")
    }
    try expectEqual(grid, undisturbed)
  }

  /// The longest test of all: every baseline of the paper's table, twenty kills.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["CONTA_SOAK"] == "1"))
  func twentyKillsOfTheTinyTableChangeNothing() throws {
    let file = TinyRun.recipe.replacing("tiny/irnet.yaml", with: "grids/table2-tiny.yaml")
    let text = try String(contentsOfFile: file, encoding: .utf8)
      .replacing("../tiny/", with: TinyRun.recipe.replacing("irnet.yaml", with: ""))
    let undisturbed = try TinyGrid(text)
    let clock = ContinuousClock()
    let start = clock.now
    #expect(try undisturbed.finish().code == 0)
    let seconds = (clock.now - start) / .seconds(1)
    print("table2-tiny: \(Int(seconds)) seconds")
    #expect(seconds < 12 * 60)
    let grid = try TinyGrid(text)
    var random = SystemRandomNumberGenerator()
    for _ in 0..<20 {
      let process = try grid.start()
      usleep(UInt32(Double.random(in: 0...seconds / 12, using: &random) * 1e6))
      process.send(SIGKILL, toGroup: true)
      _ = process.outcome()
    }
    try expectEqual(grid, undisturbed)
  }

  private func expectEqual(_ grid: TinyGrid, _ undisturbed: TinyGrid) throws {
    let outcome = try grid.finish()
    #expect(outcome.code == 0, "\(outcome.messages)")
    #expect(!grid.text("table.md").isEmpty)
    #expect(grid.text("table.md") == undisturbed.text("table.md"))
    #expect(outcome.result == grid.text("table.md"))
    #expect(try grid.cells() == undisturbed.cells())
    for cell in try grid.cells() {
      for name in ["results.json", "table.md", "supervision.json", "rounds.json"] {
        let file = "cells/\(cell)/\(name)"
        #expect(grid.text(file) == undisturbed.text(file), "\(file) differs")
      }
    }
    #expect(try grid.manifests() == undisturbed.manifests())
    var finished: Set<String> = []
    for event in try grid.events() where event.event == .finished {
      #expect(finished.insert(event.key).inserted, "\(event.stage) was finished twice")
    }
    #expect(try grid.events().allSatisfy { $0.event != .damaged })
    for folder in ["work", "claims", "users"] {
      let path = "\(grid.path)/cache/\(folder)"
      let left = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
      #expect(left.filter { !$0.hasPrefix(".") } == [], "\(folder)")
    }
  }
}
