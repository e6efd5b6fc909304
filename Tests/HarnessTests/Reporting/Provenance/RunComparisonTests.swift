import Foundation
import SharedTestSupport
import Testing

@testable import Harness

@Suite struct RunComparisonTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(
    _ name: String, _ rounds: [[Int64]], seed: UInt64 = 0, settings: [String: String] = [:]
  ) throws -> String {
    let path = "\(folder.path)/\(name)"
    try TableRuns(path, rounds, seed: seed, settings: settings).write()
    return path
  }

  @Test func saysWhatDiffersAndByHowMuch() throws {
    let a = try write("a", [[3, 5], [4, 5]], settings: ["segmenter.rate": "0.1", "same": "x"])
    let b = try write(
      "b", [[5, 7]], seed: 1, settings: ["segmenter.rate": "0.2", "same": "x", "new": "y"])
    let text = try RunComparison(a, b).text
    let cells = text.split(separator: "\n").map { row in
      row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    }
    #expect(
      cells.dropFirst(2).prefix(4) == [
        ["intervention.rounds", "1", "0"], ["new", "–", "y"], ["seed", "0", "1"],
        ["segmenter.rate", "0.1", "0.2"],
      ])
    let number = try #require(cells.first { $0.first == "baseline" })
    #expect(number.prefix(5) == ["baseline", "Seg. Mask (val)", "25.0", "42.9", "+17.9"])
    #expect(number[5].contains("…"))
    #expect(text.contains("Interval: 2000 paired resamples of the images."))
    #expect(text.hasSuffix("Numbers that only one of the runs has: 1 and 0.\n"))
  }

  @Test func equalRunsDifferInNothing() throws {
    let a = try write("a", [[3, 5]])
    let b = try write("b", [[3, 5]])
    let text = try RunComparison(a, b, showsClasses: true).text
    #expect(text.hasPrefix("Nothing but the folder differs in what the runs follow from.\n"))
    #expect(text.contains("+0.0 … +0.0 |"))
    #expect(text.contains("IoU (%) by class, baseline, Seg. Mask:\n\n| Class "))
  }

  @Test func runsWithoutResultsAreRefused() throws {
    let a = try write("a", [[3, 5]])
    expectMessage(
      "'\(folder.path)/none' has no results.json. Expected the --out folder of a finished 'conta run'."
    ) { _ = try RunComparison(a, "\(folder.path)/none") }
  }
}
