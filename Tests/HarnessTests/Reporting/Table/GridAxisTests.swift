import SharedTestSupport
import Testing

@testable import Harness

/// The axes of a grid, and the seeds, as rows and columns of its cells.
@Suite struct GridAxisTests {
  /// A cell with a baseline and one round; the more pixels are right, the better.
  private func cell(
    _ levels: [String: String], seed: UInt64 = 0, baseline: Int64 = 3, right: Int64 = 5,
    settings: [String: String] = [:], reading: String = "T = 1"
  ) -> TableRuns {
    let name = levels.sorted { $0.key < $1.key }.map(\.value).joined(separator: "-")
    var cell = TableRuns(
      "\(name)-\(seed)", [[baseline, 5], [right, 5]], seed: seed, settings: settings)
    cell.results.levels = levels.merging(["seed": "\(seed)"]) { own, _ in own }
    cell.results.intervention = reading
    return cell
  }

  /// Two sizes, the data of each of its own, for two seeds.
  private var sizes: [TableRuns] {
    let sizes: [(name: String, baseline: Int64)] = [("large", 6), ("small", 3)]
    return sizes.flatMap { size, baseline in
      (0..<2).map { (seed: UInt64) -> TableRuns in
        cell(
          ["size": size], seed: seed, baseline: baseline + Int64(seed), right: 7,
          settings: ["data.width": size == "large" ? "128" : "64", RunSettings.dataKey: size])
      }
    }
  }

  /// Two readings of the intervention that share their baselines.
  private var ablations: [TableRuns] {
    let ablations: [(name: String, right: Int64)] = [("index", 4), ("one-hot", 6)]
    return ablations.map { ablation, right in
      cell(
        ["ablation": ablation, "recipe": "irnet"], right: right,
        settings: ["intervention.encoding": ablation], reading: "T = 1, \(ablation)")
    }
  }

  private func table(
    _ runs: [TableRuns], _ rows: String, _ columns: String = ""
  ) throws -> ResultTable {
    try ResultTable(
      runs,
      layout: TableLayout(
        rows: rows.split(separator: " ").map { TableAxis(String($0)) },
        columns: columns.split(separator: " ").map { TableAxis(String($0)) }))
  }

  @Test func namedLevelsAreRows() throws {
    let table = try self.table(sizes, "size")
    #expect(table.labelHeadings == ["size"])
    #expect(table.rows.map(\.labels) == [["large"], ["+ CONTA"], ["small"], ["+ CONTA"]])
    #expect(table.rows.allSatisfy { $0.seeds == [0, 1] })
    #expect(table.rows[1].cells[2]?.baseline == CellAddress(row: 0, column: 2))
    #expect(table.rows[3].cells[2]?.baseline == CellAddress(row: 2, column: 2))
  }

  @Test func levelsOfOtherDataAreRefusedUnlessTheyAreAnAxis() {
    #expect(message { _ = try table(sizes, "method") }.contains("mixes contents of the data set"))
  }

  @Test func namedLevelsAreColumns() throws {
    let table = try self.table(sizes, "", "size")
    #expect(
      table.columns.map(\.title) == ["large · Seg. Mask (val)", "small · Seg. Mask (val)"])
    #expect(table.rows.map(\.labels) == [["IRNet"], ["+ CONTA"]])
  }

  @Test func aBaselineThatLevelsShareStandsAtEach() throws {
    let rows = try table(ablations, "ablation")
    #expect(rows.rows.map(\.labels) == [["index"], ["+ CONTA"], ["one-hot"], ["+ CONTA"]])
    #expect(rows.rows[0].cells[2]?.value == rows.rows[2].cells[2]?.value)
    #expect(rows.rows[1].cells[2]?.delta != rows.rows[3].cells[2]?.delta)
    #expect(rows.markdown.contains("\nIntervention, one-hot: T = 1, one-hot.\n"))

    let columns = try table(ablations, "recipe", "ablation")
    #expect(columns.rows.map(\.labels) == [["irnet"], ["+ CONTA"]])
    #expect(columns.rows.flatMap(\.cells).allSatisfy { $0 != nil })
    #expect(
      columns.markdown.contains(
        "\nIntervention, irnet (index · Seg. Mask (val)): T = 1, index.\n"
          + "Intervention, irnet (one-hot · Seg. Mask (val)): T = 1, one-hot.\n"))
    // Without the axis their numbers have one baseline and are told apart by what differs.
    #expect(
      try table(ablations, "recipe").rows.map { $0.labels[0] } == [
        "irnet", "+ CONTA, encoding = index", "+ CONTA, encoding = one-hot",
      ])
  }

  @Test func everySeedStandsByItself() throws {
    let large = Array(sizes.prefix(2))
    let rows = try table(large, "method seed")
    #expect(
      rows.rows.map(\.labels) == [
        ["IRNet", "0"], ["+ CONTA", ""], ["IRNet", "1"], ["+ CONTA", ""],
      ])
    #expect(rows.rows.flatMap(\.cells).compactMap { $0?.value.count } == [1, 1, 1, 1])
    #expect(rows.rows[3].cells[2]?.delta != nil && rows.statistics == nil)
    #expect(!rows.markdown.contains("±"))
    #expect(rows.markdown.contains("\nSeeds: 0, 1, each by itself; rounds T = 1.\n"))

    let columns = try table(large, "", "seed")
    #expect(columns.columns.map(\.title) == ["0 · Seg. Mask (val)", "1 · Seg. Mask (val)"])
    #expect(columns.rows.allSatisfy { $0.cells.allSatisfy { $0?.value.count == 1 } })
    #expect(!columns.markdown.contains("no difference"))
  }

  /// A grid may derive the seed of the data from the seed of the run.
  @Test func seedsMayHaveDataOfTheirOwn() throws {
    let runs = (0..<2).map { (seed: UInt64) -> TableRuns in
      cell([:], seed: seed, settings: [RunSettings.dataKey: "data \(seed)"])
    }
    #expect(message { _ = try table(runs, "method") }.contains("mixes contents of the data set"))
    #expect(try table(runs, "seed").rows.map { $0.labels[0] } == ["0", "+ CONTA", "1", "+ CONTA"])
  }

  @Test func whatChangesNoSettingIsToldApartByItsLevel() throws {
    let runs = [
      cell(["threads": "one"], baseline: 4), cell(["threads": "two"], baseline: 6),
    ]
    #expect(message { _ = try table(runs, "method") }.contains("two different numbers"))
    #expect(try table(runs, "threads").rows.count == 4)
  }

  @Test func theControlIsTheIntervention() throws {
    #expect(TableAxis("control") == .intervention)
    #expect(
      try table(ablations, "recipe", "control").columns.map(\.title) == [
        "baseline · Seg. Mask (val)", "+ CONTA, encoding = index · Seg. Mask (val)",
        "+ CONTA, encoding = one-hot · Seg. Mask (val)",
      ])
  }

  @Test func aKeyWinsOverAnAxisOfItsName() throws {
    var run = cell(["segmenter.rate": "level"], settings: ["segmenter.rate": "0.1"])
    #expect(try table([run], "segmenter.rate").rows[0].labels == ["0.1"])
    run.results.settings = RunSettings([RunSettings.dataKey: "data"])
    #expect(try table([run], "segmenter.rate").rows[0].labels == ["level"])
  }

  @Test func aRunThatIsNoCellHasNoLevel() throws {
    var other = cell([:], baseline: 4)
    other.results.levels = [:]
    #expect(
      try table(ablations + [other], "ablation").rows.map { $0.labels[0] } == [
        "index", "+ CONTA", "one-hot", "+ CONTA", "–", "+ CONTA",
      ])
  }

  @Test func levelsAreReadFromTheRecordOfTheCell() throws {
    let folder = try TemporaryFolder()
    var run = TableRuns("\(folder.path)/cells/a", [[3, 5]])
    try run.write()
    #expect(try RunResults(runDirectory: run.results.name).levels.isEmpty)
    try folder.write(
      "{\"arguments\": [], \"levels\": {\"size\": \"large\"}, \"state\": \"done\"}",
      to: "cells/a/cell.json")
    run.results.levels = ["size": "large"]
    #expect(try RunResults(runDirectory: run.results.name) == run.results)
  }

  @Test func unknownAxesNameThoseOfTheGrid() {
    expectMessage(
      "No run has the axis 'ablations'. Expected method, intervention, rounds, measure, seed, an axis of "
        + "the grid (ablation, recipe) or a key of 'configuration.yaml', for example segmenter.name. "
        + "Did you mean 'ablation'?"
    ) { _ = try table(ablations, "ablations") }
  }
}
