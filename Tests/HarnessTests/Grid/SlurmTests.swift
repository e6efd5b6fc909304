import CoreAPI
import Dispatch
import Foundation
import SharedTestSupport
import Synchronization
import Testing

@testable import Harness

/// What is written for Slurm and read from it; `SlurmGridTests` runs a real one.
@Suite struct SlurmTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func readsTheQueue() {
    let text = """
      conta-0123abcd-1 0 R
      conta-0123abcd-1 17 PD
      conta-0123abcd-2 3 CG
      other N/A R

      """
    #expect(
      SlurmQueue.parse(text) == [
        "conta-0123abcd-1": [0: "R", 17: "PD"], "conta-0123abcd-2": [3: "CG"],
      ])
  }

  @Test func optionsAreThoseOfSbatch() {
    #expect(SlurmOptions().arguments == [])
    #expect(
      SlurmOptions(account: "a", partition: "p", gpus: "a100:1", time: "4:00:00").arguments
        == ["--account=a", "--partition=p", "--gres=gpu:a100:1", "--time=4:00:00"])
  }

  /// Cells that share their first stages wait for each other, so others come between them.
  @Test func cellsOfOneBaselineStandFarFromEachOther() throws {
    try folder.write("title: Test\n", to: "test.yaml")
    try folder.write(
      "recipes: test.yaml\ncontrols: [baseline, conta]\nseeds: 2\n", to: "grid.yaml")
    let file = try GridFile(path: "\(folder.path)/grid.yaml")
    #expect(
      file.cells.map(\.name) == [
        "test_baseline_seed0", "test_baseline_seed1", "test_conta_seed0", "test_conta_seed1",
      ])
    let reversed = [file.cells[0], file.cells[2], file.cells[1], file.cells[3]]
    #expect(SlurmGrid.spread(reversed).map(\.name) == file.cells.map(\.name))
  }

  /// The titles of the rows, which the grid derives, are no part of any stage.
  @Test(arguments: ["animals", "tiny", "voc", "world"])
  func theAblationsOfTable1ShareTheBaselineOfTheirSeed(name: String) throws {
    let path = "\(SharedFolder.packageRoot)/recipes/grids/table1-\(name).yaml"
    let cells = try GridFile(path: path).cells
    let seeds = Set(cells.map { $0.coordinates.last?.level })
    #expect(cells.count == 12 * seeds.count)
    #expect(Set(cells.map(\.group)).count == seeds.count)
    let first = SlurmGrid.spread(cells).prefix(seeds.count)
    #expect(first.allSatisfy { $0.name.contains("_baseline_") }, "\(first.map(\.name))")
  }

  private final class Progress: ProgressSink {
    let lines = Mutex<[String]>([])
    func update(_ progress: StageProgress) {
      lines.withLock { $0.append("\(progress.completed)/\(progress.total) \(progress.detail)") }
    }
    func note(_ line: String) { lines.withLock { $0.append(line) } }
  }

  /// A grid of three cells with commands in the place of Slurm's: what is submitted waits forever.
  private func grid(_ progress: Progress) throws -> SlurmGrid {
    try folder.write("title: Test\n", to: "test.yaml")
    try folder.write("title: Grid\nrecipes: test.yaml\nseeds: 3\n", to: "grid.yaml")
    try folder.write(
      """
      #!/bin/sh
      sleep 0.3
      for word; do
        case $word in --job-name=*) echo "${word#*=}" >>'\(folder.path)/submitted';; esac
      done

      """, to: "bin/sbatch")
    try folder.write(
      """
      #!/bin/sh
      [ -e '\(folder.path)/submitted' ] || exit 0
      while read -r name; do
        for index in 0 1 2; do echo "$name $index PD"; done
      done <'\(folder.path)/submitted'

      """, to: "bin/squeue")
    for command in ["sbatch", "squeue"] {
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: "\(folder.path)/bin/\(command)")
    }
    let request = GridRequest(file: "\(folder.path)/grid.yaml", output: "\(folder.path)/out")
    let file = try GridFile(path: request.file)
    return SlurmGrid(
      file, GridFolder(file, request, registry: PluginRegistry()), request,
      SlurmOptions(pollInterval: 0.01),
      queue: SlurmQueue(folders: "\(folder.path)/bin:/usr/bin:/bin"), progress: progress)
  }

  /// Otherwise both would write the list of cells of submission 1.
  @Test func ofTwoProcessesOneSubmits() throws {
    let progress = Progress()
    let grid = try grid(progress)
    DispatchQueue.concurrentPerform(iterations: 2) { _ in
      do { try grid.submit(retrying: []) } catch { Issue.record(error) }
    }
    let submissions = SlurmSubmission.all(of: grid.folder.path)
    #expect(submissions.map(\.cells) == [["test_seed0", "test_seed1", "test_seed2"]])
    #expect(try folder.text(of: "submitted") == submissions.map { $0.jobName + "\n" }.joined())
    let lines = progress.lines.withLock { $0 }.filter { !$0.hasPrefix("Waiting for ") }
    #expect(lines == ["Submitted 3 cells to Slurm."])
    // The claim was given up.
    try grid.submit(retrying: [])
  }

  @Test func failedCellsAreCounted() throws {
    let progress = Progress()
    let grid = try grid(progress)
    for (index, cell) in grid.file.cells.enumerated() {
      try RunResults().write(toRunDirectory: grid.folder.folder(of: cell))
      try grid.folder.end(cell, error: index == 1 ? "No luck." : nil, seconds: 1)
    }
    let failed = try grid.run()
    #expect(failed.map(\.name) == ["test_seed1"])
    #expect(failed.map(\.error) == ["No luck."])
    #expect(
      progress.lines.withLock { $0 } == ["3/3 0 running, 0 waiting in Slurm, 1 failed"])
  }

  @Test func wordsSurviveTheShell() {
    #expect(SlurmSubmission.quoted("it's $HOME") == "'it'\\''s $HOME'")
  }

  @Test func everyGridHasJobNamesOfItsOwn() throws {
    for grid in ["a", "b"] {
      try folder.write("x\ny\n", to: "\(grid)/slurm/2/cells.txt")
      try folder.write("z\n", to: "\(grid)/slurm/10/cells.txt")
    }
    let first = SlurmSubmission.all(of: "\(folder.path)/a")
    #expect(first.map(\.number) == [2, 10])
    #expect(first.map(\.cells) == [["x", "y"], ["z"]])
    let names = (first + SlurmSubmission.all(of: "\(folder.path)/b")).map(\.jobName)
    #expect(Set(names).count == 4)
    #expect(first[0].jobName == SlurmSubmission.all(of: "\(folder.path)/./a/")[0].jobName)
  }

  @Test func messages() {
    #expect(
      "\(SlurmError.noCommand("sbatch"))"
        == "There is no 'sbatch' on this machine. Expected Slurm's commands; without them, leave "
        + "--launcher out.")
    #expect(
      "\(SlurmError.refused(reason: "Invalid partition"))"
        == "Slurm refused the cells: Invalid partition. Check --account, --partition, --gpus and "
        + "--time, and how many jobs you may submit.")
    #expect(
      "\(SlurmError.lostCells(names: ["a"], message: nil, output: "out"))"
        == "1 cell left Slurm's queue without a result: a. They were cancelled, ran out of time, or "
        + "their node failed; see 'out/slurm'. Run the same command again: it submits them again, "
        + "and they go on where they stopped.")
    #expect(
      "\(SlurmError.lostCells(names: ["a", "b"], message: "The disk is full.", output: "out"))"
        == "2 cells left Slurm's queue without a result: a, b. The last message: The disk is full. See "
        + "'out/slurm'. Run the same command again: it submits them again, and they go on where they "
        + "stopped.")
    #expect(
      "\(GridError.unknownCell(name: "a", path: "g.yaml"))"
        == "g.yaml: The grid has no cell 'a'. It was changed after the cell was submitted; run "
        + "'conta grid' again.")
  }
}
