import CoreAPI
import SharedTestSupport
import Testing

@testable import Harness

@Suite struct TableStatisticsTests {
  /// Three seeds of a baseline and of an intervention that is better on every image.
  private let better = (0..<3).map { (seed: Int64) -> TableRuns in
    TableRuns("run\(seed)", [[3, 5, 4, 6 + seed], [7, 8, 6, 9]], seed: UInt64(seed))
  }

  @Test func aDifferenceOfAllImagesAndSeedsIsSignificant() throws {
    let table = try ResultTable(better)
    let cell = try #require(table.rows[1].cells[2])
    let comparison = try #require(cell.comparison)
    #expect(table.statistics?.resamples == 2000)
    #expect(comparison.pValue == 0.001)
    #expect(comparison.adjustedPValue == 0.001)
    #expect(comparison.isSignificant)
    #expect(comparison.interval.contains(try #require(cell.delta)))
    #expect(comparison.interval.lowerBound > 0)
    #expect(!table.markdown.contains(" n.s.)"))
    #expect(table.markdown.contains("\nDifferences to the baseline:\n\n| Difference "))
    #expect(table.markdown.contains("2000 resamples of seeds, then images"))
    #expect(
      table.markdown.contains(
        "Intervals of fewer than five seeds are too narrow; compare Δ with what is detectable.\n"))
  }

  @Test func aTableIsTheSameEveryTime() throws {
    #expect(try ResultTable(better) == ResultTable(better))
    #expect(try ResultTable(better).markdown == ResultTable(better).markdown)
  }

  @Test func whatChangesItsSignWithTheSeedIsMarked() throws {
    let runs = [
      TableRuns("a", [[3, 5, 4], [5, 7, 6]], seed: 0),
      TableRuns("b", [[3, 5, 4], [2, 4, 3]], seed: 1),
    ]
    let table = try ResultTable(runs)
    let comparison = try #require(table.rows[1].cells[2]?.comparison)
    #expect(!comparison.isSignificant)
    #expect(comparison.interval.contains(0))
    #expect(table.markdown.contains(" n.s.)"))
  }

  @Test func oneSeedHasNoInterval() throws {
    let table = try ResultTable([better[0]])
    #expect(table.statistics == nil)
    #expect(table.rows[1].cells[2]?.comparison == nil)
    #expect(table.markdown.contains("A difference of one seed has no interval and says little."))
    #expect(!table.markdown.contains("n.s."))
  }

  @Test func pValuesAreAdjustedForAllDifferences() throws {
    let others = (0..<3).map { (seed: Int64) -> TableRuns in
      TableRuns(
        "other\(seed)", [[3, 5, 4, 6 + seed], [3, 5, 3 + seed, 6]], seed: UInt64(seed),
        method: "SEC")
    }
    let table = try ResultTable(better + others)
    let compared = table.rows.compactMap { $0.cells[2]?.comparison }
    #expect(table.statistics?.differences == 2)
    #expect(compared.map(\.adjustedPValue).first == 0.002)
    #expect(compared.map(\.adjustedPValue) == HolmCorrection.adjusted(compared.map(\.pValue)))
  }

  @Test func aRunWithoutImagesIsNamed() throws {
    var table = try ResultTable(better.map(\.results))
    try table.compare({ $0.name == "run1" ? nil : better[0].confusions })
    #expect(table.rows[1].cells[2]?.comparison == nil)
    #expect(table.markdown.contains("No interval: 'run1' has no confusions.safetensors."))
  }

  @Test func imagesThatDoNotGiveTheNumbersAreRefused() throws {
    var table = try ResultTable(better.map(\.results))
    expectMessage(
      "'run0/confusions.safetensors' does not give the numbers in its results.json. Run the same "
        + "'conta run' again: it writes both anew and computes nothing twice."
    ) { try table.compare({ _ in TableRuns("x", [[9, 9, 9, 9], [9, 9, 9, 9]]).confusions }) }
  }

  @Test func moreDifferencesGetMoreResamples() {
    #expect(TableStatistics.defaultResamples(for: 12) == 2000)
    // The smallest p-value, 2 / B, times all differences stays below 0.05.
    #expect(2 / Double(TableStatistics.defaultResamples(for: 300)) * 300 < 0.05)
  }

  @Test func classesAreMeansOverSeeds() throws {
    var table = try ResultTable(better.map(\.results))
    try table.addClasses { results in better.first { $0.results == results }?.confusions }
    let expected = better.map { $0.images[0].total.iou(ofClass: 1) ?? 0 }
    #expect(table.classTables.map(\.column) == [2])
    #expect(table.classTables[0].values[0]?[1] == SampleStatistics(expected).mean)
    #expect(
      table.markdown.contains(
        "IoU (%) by class, Seg. Mask (val):\n\n| Method  | background |  cat |"))
    expectMessage(
      "'run0' has no confusions.safetensors, from which the IoU of classes follows. Run the same "
        + "'conta run' again: it writes the file and computes nothing twice."
    ) { try table.addClasses { _ in nil } }
  }
}
