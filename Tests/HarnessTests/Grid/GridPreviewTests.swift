import CoreAPI
import Foundation
import SharedTestSupport
import Synchronization
import Testing

@testable import Harness

@Suite(.serialized) struct GridPreviewTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

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
    #expect(clock.result().spent == 6 + 8)
    #expect(clock.result().expected == 600 + 30)
    // The training of 300 steps has 20 in a whole run, the passes as many images as here.
    #expect(clock.result { min($0 == 3 ? 20 : $0, $1) }.expected == 40 + 10)
  }

  /// What a step limit leaves of a run is known from the limit and the share of the images.
  @Test func aStepLimitCutsTrainingsAndLeavesImagesAsTheyAre() {
    let scale = Calibration.Scale(steps: 3, stepLimit: 20, imageShare: 1.5)
    #expect(scale.size(3, full: 300) == 20)
    #expect(scale.size(3, full: 8) == 8)
    #expect(scale.size(40, full: 10_000) == 60)
    #expect(scale.size(40, full: 50) == 50)
    let whole = Calibration.Scale(steps: 3, stepLimit: nil, imageShare: 250)
    #expect(whole.size(3, full: 300) == 300)
    #expect(whole.size(40, full: 10_000) == 10_000)
    #expect([nil, 1, 3, 20].map(Calibration.steps(below:)) == [3, 1, 3, 3])
  }

  private func preview(
    _ place: GridPreview.Place, stepLimit: Int? = nil, nodeDevice: String? = nil
  ) -> GridPreview {
    func cell(_ control: String, seed: Int) -> GridCell {
      GridCell(
        name: "",
        coordinates: [
          .init(axis: "control", level: control), .init(axis: "seed", level: "\(seed)"),
        ], recipe: "r", overrides: [])
    }
    return GridPreview(
      title: "Test", axes: [("recipe", 1), ("control", 2), ("seed", 3)],
      groups: [
        (0...2).map { cell("baseline", seed: $0) }, (0...2).map { cell("conta", seed: $0) },
      ],
      costs: [
        .init(stages: 8, sharedStages: 0, seconds: 60, bytes: 1e6),
        .init(stages: 17, sharedStages: 7, seconds: 90, bytes: 2e6),
      ], place: place, stepLimit: stepLimit, nodeDevice: nodeDevice, calibrationSeconds: 12)
  }

  @Test func theTextAddsUpCellsOfAllSeeds() {
    #expect(
      preview(.here(jobs: 2)).text == """
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

  @Test func theTextSaysHowManyCellsSlurmRunsAtATime() {
    #expect(
      preview(.slurm(limit: 4), stepLimit: 20, nodeDevice: "cuda").text.hasSuffix(
        """
        computed once. About 1:53 in Slurm (7:30 of work, 4 at a time) and 9.0 MB of disk.
        Estimated from 3 steps of every training and a part of the images, which took 0:12; what is \
        finished already is not subtracted. Every training ends after 20 steps. Times were \
        calibrated on this machine's processor, not on 'cuda'.

        """))
    // The grid has six cells.
    #expect(
      preview(.slurm(limit: 100)).text.contains("About 1:15 in Slurm (7:30 of work, 6 at a time)"))
    let unlimited = preview(.slurm(limit: nil), stepLimit: 1).text
    let work = "About 7:30 of work in all, as many cells at a time as Slurm lets run, and 9.0 MB of"
    #expect(unlimited.contains(work))
    #expect(unlimited.contains("Estimated from 1 step of every training and a part"))
    #expect(unlimited.hasSuffix("Every training ends after 1 step.\n"))
  }

  /// The cost of a run with 200 training images, with a limit of its steps or without.
  private func cost(steps: Int?) throws -> Calibration.Cost {
    let recipe = ChainRun.recipe.replacing("training_images: 8", with: "training_images: 200")
    try folder.write(recipe, to: "test.yaml")
    try folder.write("recipes: test.yaml\n", to: "grid.yaml")
    let request = GridRequest(
      file: "\(folder.path)/grid.yaml", output: "\(folder.path)/out", steps: steps)
    let registry = try ChainRun.minimalPlugins()
    let run = try GridRun(request, registry: registry, progress: SilentProgress())
    let cell = try #require(run.file.cells.first)
    return try Calibration(folder: "\(folder.path)/\(steps ?? 0)", registry: registry)
      .cost(of: cell, run.request(of: cell))
  }

  @Test func aStepLimitIsPartOfTheEstimate() throws {
    let (whole, limited) = (try cost(steps: nil), try cost(steps: 3))
    #expect(limited.stages == whole.stages)
    // It trains on 40 of the images, as every calibration does.
    #expect(limited.bytes < whole.bytes, "\(limited) \(whole)")
    // This one trains on 160 of them.
    let middle = try cost(steps: 80)
    #expect(limited.bytes < middle.bytes && middle.bytes < whole.bytes, "\(middle)")
  }

  /// The nodes have the GPUs.
  @Test func theMachineThatSubmitsNeedsNoGPU() throws {
    try folder.write(ChainRun.recipe, to: "test.yaml")
    try folder.write("recipes: test.yaml\nsteps: 2\n", to: "grid.yaml")
    let run = try GridRun(
      GridRequest(
        file: "\(folder.path)/grid.yaml", output: "\(folder.path)/out", device: "cuda",
        slurm: SlurmOptions(arrayLimit: 1)),
      registry: ChainRun.minimalPlugins(), progress: SilentProgress())
    let text = try run.preview()
    #expect(text.contains(" of work, 1 at a time) and "), "\(text)")
    #expect(text.contains("Estimated from 2 steps of every training and a part"))
    #expect(
      text.hasSuffix(
        " Every training ends after 2 steps. Times were calibrated on this machine's processor, not "
          + "on 'cuda'.\n"))
  }

  @Test func aCalibrationSeesWhatIsShared() throws {
    try folder.write(ChainRun.recipe, to: "test.yaml")
    try folder.write(
      "recipes: test.yaml\ncontrols: [baseline, conta]\nseeds: 2\n"
        + "values: {intervention.rounds: 1}\n", to: "grid.yaml")
    let run = try GridRun(
      GridRequest(file: "\(folder.path)/grid.yaml", output: "\(folder.path)/out"),
      registry: ChainRun.minimalPlugins(), progress: SilentProgress())
    let text = try run.preview()
    // 11 stages; of the 23 with a round, the baseline's are shared, because the world is so small that
    // a last round predicts the masks of all training images, too.
    #expect(text.contains("| test, baseline |     2 |     22 |      0 |"), "\(text)")
    #expect(text.contains("| test, conta    |     2 |     46 |     22 |"), "\(text)")
    #expect(text.contains("68 stages, of which 22 are shared"))
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/out"))
  }
}
