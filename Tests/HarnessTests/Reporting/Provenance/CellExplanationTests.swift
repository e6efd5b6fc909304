import Essentials
import Foundation
import SharedTestSupport
import Testing

@testable import Harness

@Suite struct CellExplanationTests {
  private let folder: TemporaryFolder
  private var path: String { "\(folder.path)/tables/table.md" }

  init() throws {
    folder = try TemporaryFolder()
    for seed in 0..<2 {
      try TableRuns(
        "\(folder.path)/runs/\(seed)", [[3, Int64(5 + seed)], [4, Int64(7 + seed)]],
        seed: UInt64(seed),
        settings: [
          "segmenter.rate": "0.1", "segmenter.weights (content)": "3f3f", "versions": "1.1.1.1",
          "intervention.encoding": "one-hot",
        ]
      ).write()
      try folder.write(
        "[{\"kind\": \"weights\", \"use\": \"backbone\", \"source\": \"r50.pth\", \"hash\": \"3f3f\"}]",
        to: "runs/\(seed)/supervision.json")
    }
    let table = try self.table()
    try table.write(table.markdown, to: path)
  }

  private func table() throws -> ResultTable {
    let folders = try RunFolders(["\(folder.path)/runs"])
    return try ResultTable(folders.finished.map(RunResults.init(runDirectory:)))
  }

  private func why(_ text: String, table: String? = nil) throws -> String {
    try CellExplanation(table: table ?? path, address: #require(CellAddress(text))).text
  }

  @Test func aNumberNamesEverythingItFollowsFrom() throws {
    let settings = try RunResults(runDirectory: "\(folder.path)/runs/0").settings
    let runs = URL(fileURLWithPath: "\(folder.path)/runs").standardizedFileURL.path
    #expect(
      try why("R2C3") == """
        R2C3 of '\(path)': IRNet + CONTA, Seg. Mask (val)
        40.4 ± 3.5 (+13.4); the difference is to R1C3

        seed 0: 37.93, round 1 of '\(runs)/0'
          measured in stages/evaluate-1
        seed 1: 42.86, round 1 of '\(runs)/1'
          measured in stages/evaluate-1

        data: World, scored on val (2 images), content data
        weights: segmenter.weights, content 3f3f
        code: conta 0.1.0, program 5e5e5e5e5e5e…, versions of stages 1.1.1.1
        numerics: threads 2
        intervention: T = 1
        supervision: weights, backbone: r50.pth, content 3f3f
        configuration \(settings.hash):
          intervention.encoding: one-hot
          segmenter.rate: 0.1
          versions: 1.1.1.1

        """)
    #expect(try !why("R1C3").contains("intervention"))
  }

  @Test func theCommitOfTheProgramIsNamedWhereItIsKnown() throws {
    for seed in 0..<2 {
      var results = try RunResults(runDirectory: "\(folder.path)/runs/\(seed)")
      results.commit = String(repeating: "c0", count: 20)
      try results.write(toRunDirectory: results.name)
    }
    #expect(
      try why("R1C3").contains(
        "\ncode: conta 0.1.0, program 5e5e5e5e5e5e…, checkout at c0c0c0c0c0c0 when it was linked, "
          + "versions of stages 1.1.1.1\n"))
  }

  @Test func aTableMovesWithItsRuns() throws {
    let moved = try TemporaryFolder()
    try FileManager.default.moveItem(
      atPath: "\(folder.path)/runs", toPath: "\(moved.path)/runs")
    try FileManager.default.moveItem(
      atPath: "\(folder.path)/tables", toPath: "\(moved.path)/tables")
    #expect(try why("R2C3", table: "\(moved.path)/tables/table.md").contains("seed 1: 42.86"))
  }

  @Test func aRunThatIsGoneIsNamed() throws {
    try FileManager.default.removeItem(atPath: "\(folder.path)/runs/1")
    let run = URL(fileURLWithPath: "\(folder.path)/runs/1").standardizedFileURL.path
    expectMessage(
      "The run behind R1C3 is not at '\(run)'. Move it back, or write the table again from where it "
        + "is now."
    ) { _ = try why("R1C3") }
  }

  @Test func changesSinceTheTableAreNoticed() throws {
    #expect(try !why("R1C3").contains("Attention"))
    try folder.write("edited", to: "tables/table.md")
    #expect(
      try why("R1C3").contains("Attention: '\(path)' was changed after it was written.\n"))
    try TableRuns("\(folder.path)/runs/0", [[2, 2], [4, 7]]).write()
    #expect(try why("R1C3").contains("was run again after the table was written"))
  }

  @Test func everyRefusalSaysWhatToDo() throws {
    let beside = "\(path).json"
    expectMessage(
      "'\(path)' has no number at R9C1. Its numbers are in R1 to R2 and C1 to C3."
    ) { _ = try why("R9C1") }
    try folder.write("{\"format\": 2}", to: "tables/table.md.json")
    expectMessage(
      "'\(beside)' was written by a newer version of conta (format 2, this version reads up to 1). "
        + "Update conta, or write the table again."
    ) { _ = try why("R1C3") }
    try folder.write("{", to: "tables/table.md.json")
    expectMessage("'\(beside)' is damaged. Write the table again with 'conta table … --out'.") {
      _ = try why("R1C3")
    }
    try FileManager.default.removeItem(atPath: beside)
    expectMessage(
      "'\(path)' has no '\(beside)' beside it. Expected a table that 'conta table --out' or 'conta run' "
        + "wrote, together with that file."
    ) { _ = try why("R1C3") }
    #expect(
      WhyError.noAddress(table: "t.md").description
        == "'t.md' is a table. Expected one of its numbers, for example 't.md:R2C1': R counts the rows "
        + "below the heading, C the columns of numbers.")
    #expect(
      WhyError.badAddress("C1").description
        == "'C1' is no address. Expected row and column of a number, for example R2C3: R counts the "
        + "rows below the heading, C the columns of numbers.")
  }

  @Test func pathsAreRelativeToTheTable() {
    #expect(RelativePath.from("/a/b", to: "/a/b") == ".")
    #expect(RelativePath.from("/a/b", to: "/a/c/d") == "../c/d")
    #expect(RelativePath.resolve("../c/d", in: "/a/b") == "/a/c/d")
    #expect(RelativePath.resolve(".", in: "/a/b") == "/a/b")
  }
}
