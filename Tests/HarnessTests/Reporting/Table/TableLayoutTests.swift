import SharedTestSupport
import Testing

@testable import Harness

@Suite struct TableLayoutTests {
  private func run(
    _ name: String, generator: String, segmenter: String, seed: UInt64 = 0, right: Int64 = 5,
    more: [String: String] = [:]
  ) -> TableRuns {
    TableRuns(
      name, [[right, 5], [right + 1, 5]], seed: seed, method: "\(generator) and \(segmenter)",
      settings: [
        "seed_generator.name": generator, "segmenter.name": segmenter, "segmenter.rate": "0.1",
      ].merging(more) { $1 })
  }

  private var grid: [TableRuns] {
    [
      run("a", generator: "irnet", segmenter: "deeplab-v2"),
      run("b", generator: "irnet", segmenter: "deeplab-v1", right: 6),
      run("c", generator: "seam", segmenter: "deeplab-v2", right: 3),
      run("d", generator: "seam", segmenter: "deeplab-v1", right: 4),
    ]
  }

  private func layout(_ rows: String, _ columns: String) throws -> TableLayout {
    try TableLayout(
      rows: rows.split(separator: " ").map { TableAxis(String($0)) },
      columns: columns.split(separator: " ").map { TableAxis(String($0)) })
  }

  @Test func anyKeyCanBeRowsAndColumns() throws {
    let table = try ResultTable(
      grid.map(\.results), layout: layout("seed_generator.name", "segmenter.name"))
    #expect(table.labelHeadings == ["seed_generator.name"])
    #expect(
      table.columns.map(\.title) == [
        "deeplab-v2 · Seg. Mask (val)", "deeplab-v1 · Seg. Mask (val)",
      ])
    #expect(table.rows.map { $0.labels[0] } == ["irnet", "+ CONTA", "seam", "+ CONTA"])
    let sources = table.rows.map { row in
      row.cells.map { $0?.series.numbers[0].map { table.runs[$0.run].name } }
    }
    #expect(sources == [["a", "b"], ["a", "b"], ["c", "d"], ["c", "d"]])
    #expect(table.rows[3].cells.allSatisfy { ($0?.delta ?? 0) > 0 })
  }

  @Test func severalAxesMakeSeveralLabels() throws {
    let table = try ResultTable(
      grid.map(\.results), layout: layout("seed_generator.name segmenter.name", ""))
    #expect(table.rows[2].labels == ["irnet", "deeplab-v1"])
    #expect(table.rows[3].labels == ["+ CONTA", ""])
    #expect(table.rows[3].title == "irnet, deeplab-v1 + CONTA")
    #expect(table.markdown.hasPrefix("| seed_generator.name | segmenter.name | "))
  }

  @Test func whatAxesLeaveEqualIsToldApartByItsKeys() throws {
    let other = run(
      "e", generator: "irnet", segmenter: "deeplab-v2", right: 7, more: ["segmenter.rate": "0.2"])
    let table = try ResultTable(
      (grid + [other]).map(\.results), layout: layout("seed_generator.name", "segmenter.name"))
    #expect(
      table.rows.map { $0.labels[0] } == [
        "irnet, segmenter.rate = 0.1", "+ CONTA", "irnet, segmenter.rate = 0.2", "+ CONTA", "seam",
        "+ CONTA",
      ])
    #expect(table.rows[2].cells.map { $0 == nil } == [false, true])
  }

  /// Where an axis tells data sets apart, each has classes and a protocol of its own.
  @Test func everyDataSetHasItsOwnClassesAndProtocol() throws {
    let world = run("a", generator: "irnet", segmenter: "x", more: ["data.kind": "world"])
    var voc = run("b", generator: "irnet", segmenter: "x", more: ["data.kind": "voc"])
    for index in voc.results.records.indices {
      voc.results.records[index].evaluation.dataset = "VOC"
      voc.results.records[index].evaluation.classes = ["background", "dog"]
    }
    let runs = [world, voc]
    var table = try ResultTable(runs.map(\.results), layout: layout("data.kind", ""))
    try table.addClasses { results in runs.first { $0.results == results }?.confusions }
    #expect(
      Set(table.classTables.map(\.names)) == [["background", "cat"], ["background", "dog"]])
    #expect(table.classTables.allSatisfy { $0.values.count { $0 != nil } == 2 })
    for dataset in ["World", "VOC"] {
      #expect(table.markdown.contains("mIoU (%) on \(dataset), 2 classes with background"))
    }
  }

  @Test func numbersAscend() throws {
    let runs = ["0.3", "0.1", "0.02"].map {
      run($0, generator: "irnet", segmenter: "deeplab-v2", more: ["segmenter.rate": $0])
    }
    let table = try ResultTable(runs.map(\.results), layout: layout("segmenter.rate", ""))
    #expect(table.rows.map { $0.labels[0] }.filter { $0 != "+ CONTA" } == ["0.02", "0.1", "0.3"])
  }

  @Test func roundsCanBeColumns() throws {
    let run = TableRuns("a", [[3, 5], [4, 5], [5, 5]])
    let table = try ResultTable([run.results], layout: layout("", "rounds"))
    #expect(
      table.columns.map(\.title) == [
        "baseline · Seg. Mask (val)", "+ CONTA, T = 1 · Seg. Mask (val)",
        "+ CONTA, T = 2 · Seg. Mask (val)",
      ])
    #expect(table.rows.map(\.labels) == [["IRNet"]])
    #expect(table.rows[0].cells.map { $0?.delta == nil } == [true, false, false])
  }

  @Test func roundsCanBeRows() throws {
    let run = TableRuns("a", [[3, 5], [4, 5], [5, 5]])
    let table = try ResultTable([run.results], layout: layout("method rounds", ""))
    #expect(table.rows.map { $0.labels[0] } == ["IRNet", "+ CONTA, T = 1", "+ CONTA, T = 2"])
  }

  @Test func rowsOfDifferentRoundsNameThem() throws {
    let table = try ResultTable([
      TableRuns("a", [[3, 5], [4, 5]], method: "T1").results,
      TableRuns("b", [[3, 5], [4, 5], [5, 5]], method: "T2").results,
    ])
    #expect(
      table.rows.map { $0.labels[0] } == ["T1", "+ CONTA, T = 1", "T2", "+ CONTA, T = 2"])
  }

  @Test func runsThatShareABaselineCountItOnce() throws {
    let runs = [
      TableRuns("a", [[3, 5], [4, 5]]),
      TableRuns(
        "b", [[3, 5], [2, 5]], settings: ["intervention.control": "permuted-images"],
        variant: "permuted-images (control)"),
    ]
    let table = try ResultTable(runs.map(\.results))
    #expect(table.rows.map(\.title).count == 3)
    #expect(table.rows[0].cells[2]?.value.count == 1)
    #expect(table.rows[2].labels == ["+ permuted-images (control)"])
  }

  @Test func dataOfAnotherSeedMayStandInRowsOfTheirOwn() throws {
    let runs = ["1", "2"].map {
      TableRuns($0, [[3, 5]], settings: ["data.seed": $0, RunSettings.dataKey: $0])
    }
    #expect(
      message { _ = try ResultTable(runs.map(\.results)) }
        == "These results cannot share a table: the table mixes contents of the data set, '1' (1) "
        + "and '2' (2). Evaluate all of them in one way, or make one table for each.")
    let table = try ResultTable(runs.map(\.results), layout: layout("data.seed", ""))
    #expect(table.rows.map(\.labels) == [["1"], ["2"]])
    #expect(table.rows.allSatisfy { $0.cells[2]?.isBest != true })
  }

  @Test func unknownAxesAreRefused() throws {
    expectMessage(
      "No run has the axis 'segmenter.nam'. Expected method, intervention, rounds, measure, seed or a key "
        + "of 'configuration.yaml', for example segmenter.name. Did you mean 'segmenter.name'?"
    ) { _ = try ResultTable(grid.map(\.results), layout: layout("segmenter.nam", "")) }
    expectMessage(
      "The axis 'measure' is given twice. Expected every axis once, in --rows or in --columns."
    ) { _ = try layout("measure", "measure") }
  }

  @Test func measuresCanBeRows() throws {
    let table = try ResultTable(
      grid.map(\.results), layout: layout("seed_generator.name measure", "segmenter.name"))
    #expect(table.columns.map(\.title) == ["deeplab-v2", "deeplab-v1"])
    #expect(table.rows[0].labels == ["irnet", "Seg. Mask"])
  }

  @Test func aFewKeysTellConfigurationsApart() {
    #expect(DistinguishingKeys.find([["a": "1"], ["a": "1"]]) == [])
    #expect(
      DistinguishingKeys.find([
        ["x.name": "p", "x.rate": "1"], ["x.name": "q", "x.rate": "2"],
      ]) == ["x.name"])
    #expect(
      DistinguishingKeys.find([
        ["a": "1", "b": "1"], ["a": "1", "b": "2"], ["a": "2", "b": "1"], ["a": "2", "b": "2"],
      ]) == ["a", "b"])
  }
}
