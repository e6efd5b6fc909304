import CoreAPI
import Foundation
import SharedTestSupport
import Synchronization
import Testing

@testable import Harness

@Suite(.serialized) struct GridPreviewTests {
  private final class Time: Sendable {
    let seconds = Mutex(0.0)
    func advance(_ step: Double) { seconds.withLock { $0 += step } }
  }

  @Test func aTasksSpeedGivesItsWholeTime() {
    let time = Time()
    let clock = TaskClock { time.seconds.withLock { $0 } }
    func report(_ task: String, _ completed: Int, _ total: Int, full: Int?) {
      clock.update(
        StageProgress(task: task, completed: completed, total: total, fullTotal: full))
    }
    report("training", 0, 3, full: 300)
    for step in 1...3 {
      time.advance(2)
      report("training", step, 3, full: 300)
    }
    time.advance(100)  // Reading, which belongs to no task.
    // Two passes of one name.
    for count in [10, 20] {
      for image in 1...5 {
        report("evaluation", image, 5, full: count)
        time.advance(1)
      }
    }
    // The first image of a pass is not timed; 9 steps were: 4 of each pass and the way to the next.
    #expect(clock.result.spent == 6 + 8)
    #expect(clock.result.expected == 600 + 30)
  }

  @Test func theTextAddsUpCellsOfAllSeeds() {
    func cell(_ control: String, seed: Int) -> GridCell {
      GridCell(
        name: "",
        coordinates: [
          .init(axis: "control", level: control), .init(axis: "seed", level: "\(seed)"),
        ], recipe: "r", overrides: [])
    }
    let preview = GridPreview(
      title: "Test", axes: [("recipe", 1), ("control", 2), ("seed", 3)],
      groups: [
        (0...2).map { cell("baseline", seed: $0) }, (0...2).map { cell("conta", seed: $0) },
      ],
      costs: [
        .init(stages: 8, sharedStages: 0, seconds: 60, bytes: 1e6),
        .init(stages: 17, sharedStages: 7, seconds: 90, bytes: 2e6),
      ], jobs: 2, calibrationSeconds: 12)
    #expect(
      preview.text == """
        Test: 6 cells (1 recipe × 2 control × 3 seed).

        | Cells    | Seeds | Stages | Shared | Time |   Disk |
        | :------- | ----: | -----: | -----: | ---: | -----: |
        | baseline |     3 |     24 |      0 | 3:00 | 3.0 MB |
        | conta    |     3 |     51 |     21 | 4:30 | 6.0 MB |

        75 stages, of which 21 are shared with cells above and computed once. About 3:45 on this \
        machine (7:30 of work, 2 at a time) and 9.0 MB of disk.
        Estimated from 3 steps of every training and a part of the images, which took 0:12; what is \
        finished already is not subtracted.

        """)
  }

  @Test func aCalibrationSeesWhatIsShared() throws {
    let folder = try TemporaryFolder()
    try folder.write(ChainRun.recipe, to: "test.yaml")
    try folder.write(
      "recipes: test.yaml\ncontrols: [baseline, conta]\nseeds: 2\n"
        + "values: {intervention.rounds: 1}\n", to: "grid.yaml")
    let run = try GridRun(
      GridRequest(file: "\(folder.path)/grid.yaml", output: "\(folder.path)/out"),
      progress: SilentProgress())
    let text = try run.preview(registry: ChainRun.minimalPlugins())
    // 11 stages; of the 23 with a round, the baseline's are shared, because the world is so small that
    // a last round predicts the masks of all training images, too.
    #expect(text.contains("| test, baseline |     2 |     22 |      0 |"), "\(text)")
    #expect(text.contains("| test, conta    |     2 |     46 |     22 |"), "\(text)")
    #expect(text.contains("68 stages, of which 22 are shared"))
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/out"))
  }
}
