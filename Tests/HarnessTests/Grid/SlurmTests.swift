import SharedTestSupport
import Testing

@testable import Harness

/// What is written for Slurm and read from it; `SlurmGridTests` runs a real one.
@Suite struct SlurmTests {
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
    let folder = try TemporaryFolder()
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

  @Test func wordsSurviveTheShell() {
    #expect(SlurmSubmission.quoted("it's $HOME") == "'it'\\''s $HOME'")
  }

  @Test func everyGridHasJobNamesOfItsOwn() throws {
    let folder = try TemporaryFolder()
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
