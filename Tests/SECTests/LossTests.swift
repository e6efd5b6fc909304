import CoreAPI
import Imaging
import Networks
import Tensors
import Testing

@testable import SEC

@Suite(.serialized) struct LossTests {
  // MARK: - Global weighted rank pooling

  @Test func poolingGoesFromTheMaximumToTheMean() throws {
    let ranked = try Tensor([0.9, 0.6, 0.3] as [Float], shape: [1, 1, 3])
    func pooled(_ decay: Double) throws -> Double {
      try GlobalWeightedRankPooling(decay: decay)(ranked).item()
    }
    #expect(abs(try pooled(0) - 0.9) < 1e-6)
    #expect(abs(try pooled(1) - 0.6) < 1e-6)
    // (0.9 + 0.5 · 0.6 + 0.25 · 0.3) / 1.75
    #expect(abs(try pooled(0.5) - 1.275 / 1.75) < 1e-6)
  }

  @Test func normalizersAreThoseOfTheReference() {
    for (decay, sum) in [(0.996, 249.70360), (0.999, 813.96883)] {
      let first = GlobalWeightedRankPooling(decay: decay).weights(count: 1681)[0]
      #expect(abs(1 / first - sum) < 1e-4)
    }
  }

  @Test func decaysKeepTheShareOfTheCellsOnOtherGrids() throws {
    let configuration = try SECConfiguration(ConfigurationReader(emptySectionAt: "part"))
    func share(_ side: Int) -> Double {
      let loss = SECLoss(configuration, gridSize: ImageSize(width: side, height: side))
      let weights = loss.expansion.foreground.weights(count: side * side)
      return 1 / weights[0] / Double(side * side)
    }
    #expect(abs(share(41) - 249.70360 / 1681) < 1e-6)
    #expect(abs(share(21) - share(41)) < 0.002)
  }

  // MARK: - Seeding

  @Test func seedingIsTheMeanOverTheCuesOfEveryImage() throws {
    let p = try Tensor([0.2, 0.5, 0.8, 0.5, 0.4, 0.1, 0.6, 0.9] as [Float], shape: [2, 2, 1, 2])
    var first = LocalizationCues(classCount: 2, size: ImageSize(width: 2, height: 1))
    first[0, 0, 0] = true
    first[1, 0, 1] = true
    let none = LocalizationCues(classCount: 2, size: first.size)
    let loss = try SeedingLoss()(p, cues: Tensor.cues([first, none], on: .cpu)).item()
    // (-(log 0.2 + log 0.5) / 2 + 0) / 2
    #expect(abs(loss - 2.302585 / 4) < 1e-5)
  }

  // MARK: - Expansion

  @Test func missingPresentOrAbsentClassesLeaveTheirTermOut() throws {
    let p = try Tensor([Float](repeating: 1 / 3, count: 6), shape: [1, 3, 1, 2])
    let all = try ExpansionLoss()(p, labels: Tensor([1, 1] as [Float], shape: [1, 2]))
    #expect(try all.absent.item() == 0 && all.present.item() > 0)
    let none = try ExpansionLoss()(p, labels: Tensor([0, 0] as [Float], shape: [1, 2]))
    #expect(try none.present.item() == 0 && none.absent.item() > 0)
    #expect(abs(try none.total().item() - (0.4054651 + 1.0986123)) < 1e-5)
  }

  @Test func absentClassesArePunishedAtTheirHighestCellOnly() throws {
    let logits = try Tensor([0, 0, 0, 1, 3, 2] as [Float], shape: [1, 2, 1, 3]).requiringGradient()
    let loss = try ExpansionLoss()(
      logits.sigmoid(), labels: Tensor([0] as [Float], shape: [1, 1]))
    try loss.absent.backward()
    let gradient = try #require(logits.gradient).floats()
    #expect(gradient[3] == 0 && gradient[4] > 0 && gradient[5] == 0)
  }

  // MARK: - Statistics

  @Test func statisticsSurviveAnInterruption() throws {
    let whole = LossStatistics("seed", "expand")
    whole.add(1, 10)
    let resumed = LossStatistics("seed", "expand")
    resumed.epochSums = whole.epochSums
    resumed.add(3, 20)
    let values = try resumed.epochStatistics()
    #expect(values.map(\.name) == ["seed", "expand"] && values.map(\.value) == [2, 15])
    #expect(try resumed.epochStatistics().map(\.value) == [0, 0])
  }
}
