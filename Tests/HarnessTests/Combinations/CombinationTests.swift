import CoreAPI
import Foundation
import Harness
import Testing

/// Any seed generator runs with any expander and any segmenter, with and without the intervention.
@Suite(.serialized) struct CombinationTests {
  private static let isSoak = ProcessInfo.processInfo.environment["CONTA_SOAK"] == "1"
  private static let parts = Result { try TinyParts() }

  /// The runs of every pair of values, or all of them in `make soak`.
  private static let runs: [[Int]] = {
    guard case .success(let parts) = parts else { return [] }
    let covering = CoveringRuns(axes: parts.names.map(\.count) + [2], isPossible: parts.isPossible)
    return isSoak ? covering.all : covering.pairwise
  }()

  @Test func everyPartHasATinyRecipe() throws {
    let missing = try Self.parts.get().missing
    #expect(missing.isEmpty, "Add a recipe with these to recipes/tiny")
    #expect(!Self.runs.isEmpty)
  }

  @Test(arguments: CombinationTests.runs)
  func partsOfAnyPluginsRunTogether(run: [Int]) throws {
    let parts = try Self.parts.get()
    let title = parts.title(of: run)
    do {
      let report = try Chain(
        recipe: parts.recipe(of: run), registry: parts.registry, directory: parts.directory,
        overrides: RuntimeOverrides(stepLimit: 1)
      ).run()
      #expect(report.scores.count == run[3] + 1, "\(title)")
      for scores in report.scores {
        for score in [scores.cam, scores.pseudoMask, scores.segmentation] {
          #expect((0...100).contains(score), "\(title)")
        }
      }
    } catch {
      Issue.record("\(title): \(error)")
    }
  }

  @Test func chosenRunsHaveEveryPair() {
    let covering = CoveringRuns(axes: [5, 6, 5, 2]) { $0[0] != 4 || $0[3] == 0 }
    let chosen = covering.pairwise
    #expect(
      Set(chosen.flatMap(CoveringRuns.pairs)) == Set(covering.all.flatMap(CoveringRuns.pairs)))
    #expect(chosen.allSatisfy { $0[0] != 4 || $0[3] == 0 })
    #expect(chosen.count < 40)
  }
}
