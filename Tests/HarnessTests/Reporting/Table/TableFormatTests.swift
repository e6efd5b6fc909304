import Essentials
import Foundation
import SharedTestSupport
import Testing

@testable import Harness

@Suite struct TableFormatTests {
  private let runs = [
    TableRuns("runs/a", [[3, 5], [5, 7]], seed: 0, method: "IR_Net & 50%"),
    TableRuns("runs/b,\"2\"", [[4, 5], [5, 7]], seed: 1, method: "IR_Net & 50%"),
  ]

  @Test func latexIsEscapedAndHasItsRules() throws {
    let table = try ResultTable([
      TableRuns("a", [[3, 5], [2, 5]], method: "IR_Net & 50%").results,
      TableRuns("b", [[4, 5]], method: "x").results,
    ])
    let lines = table.latex.split(separator: "\n").map(String.init)
    #expect(
      Array(lines.prefix(10)) == [
        "\\begin{tabular}{lrrr}", "\\toprule",
        "Method & CAM & Pseudo-Mask & Seg. Mask (val) \\\\", "\\midrule",
        "IR\\_Net \\& 50\\% & -- & -- & 25.0 \\\\",
        "+ CONTA & -- & -- & 21.2 ($-$3.8) \\\\", "\\addlinespace",
        "x & -- & -- & \\textbf{29.0} \\\\", "\\bottomrule", "\\end{tabular}",
      ])
    #expect(lines.dropFirst(10).allSatisfy { $0.hasPrefix("% ") })
  }

  @Test func latexPrintsEverySymbolItself() {
    #expect(
      LaTeX.escaped("a-b -1 \\ {x} $ # ~ ^ ± … Δ < 3-4")
        == "a-b $-$1 \\textbackslash{} \\{x\\} \\$ \\# \\textasciitilde{} \\textasciicircum{} "
        + "$\\pm$ \\ldots{} $\\Delta$ $<$ 3-4")
  }

  @Test func csvHasALineForEveryNumber() throws {
    let lines = try ResultTable(runs).csv.split(separator: "\n").map(String.init)
    #expect(lines.count == 3)
    #expect(lines[0].hasPrefix("cell,method,intervention,column,measure,split,rounds,n,seeds,"))
    #expect(lines[1].hasPrefix("R1C3,IR_Net & 50%,,Seg. Mask (val),segmentation-mask,val,0,2,0 1,"))
    #expect(lines[1].hasSuffix(",0,,\"runs/a runs/b,\"\"2\"\"\""))
    #expect(lines[2].hasPrefix("R2C3,IR_Net & 50%,+ CONTA,"))
    // Every line has as many fields as the heading, the quoted comma aside.
    #expect(lines[2].count { $0 == "," } == lines[0].count { $0 == "," } + 1)
  }

  @Test func jsonHasAllDigitsAndTheRuns() throws {
    let table = try ResultTable(runs)
    let json = try JSONParser.parse(Array(try table.text(as: .json).utf8), depthLimit: 16)
    let cell = json["cells"][1]
    #expect(cell["address"].string == "R2C3")
    #expect(cell["baseline"].string == "R1C3")
    #expect(cell["mean"].double == table.rows[1].cells[2]?.value.mean)
    #expect(cell["numbers"][1]["run"].string == "runs/b,\"2\"")
    #expect(cell["interval"].array?.count == 2)
    #expect(cell["pHolm"].double == table.rows[1].cells[2]?.comparison?.adjustedPValue)
    #expect(json["protocols"]["segmentation-mask"]["split"].string == "val")
  }

  @Test func theFilesEndingNamesItsFormat() {
    #expect(
      ["a.md", "b.TEX", "c.csv", "d.json", "e"].map { TableFormat(ofFile: $0) } == [
        .markdown, .latex, .csv, .json, nil,
      ])
  }

  @Test(arguments: [("R1C1", 0, 0), ("r12c3", 11, 2)])
  func addressesAreRead(text: String, row: Int, column: Int) {
    #expect(CellAddress(text) == CellAddress(row: row, column: column))
    #expect(CellAddress(text)?.description == text.uppercased())
  }

  @Test(arguments: ["", "R", "R1", "C1R1", "R0C1", "R1C0", "R1C2C3", "R-1C2", "1C1"])
  func otherTextIsNoAddress(text: String) { #expect(CellAddress(text) == nil) }
}
