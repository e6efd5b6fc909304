import CoreAPI
import Foundation
import Imaging
import Tensors
import Testing

@testable import DSRG

/// The losses on small maps worked out by hand or by central differences.
@Suite(.serialized) struct LossTests {
  /// Logits `sin(1.3 n + .7 c + .31 i + .17 j)` of two images, four classes and 5×5 pixels.
  private let logits: [Float] = (0..<2 * 4 * 25).map { index in
    let (n, c, i, j) = (index / 100, index / 25 % 4, index / 5 % 5, index % 5)
    return Float(sin(1.3 * Double(n) + 0.7 * Double(c) + 0.31 * Double(i) + 0.17 * Double(j)))
  }
  private let shape = [2, 4, 5, 5]

  private var size: ImageSize { ImageSize(width: 5, height: 5) }

  private var cues: [LocalizationCues] {
    let places = [
      [(0, 0, 0), (1, 2, 2), (1, 2, 3)], [(2, 4, 4), (0, 0, 0), (0, 0, 1), (0, 0, 2)],
    ]
    return places.map { places in
      var cues = LocalizationCues(classCount: 4, size: size)
      for (label, row, column) in places { cues[label, row, column] = true }
      return cues
    }
  }

  private func loss(passesThroughCRF: Bool) -> GrowingLoss {
    GrowingLoss(
      growing: SeededRegionGrowing(foregroundThreshold: 0.85, backgroundThreshold: 0.99),
      crfScale: 12, passesThroughCRF: passesThroughCRF)
  }

  @Test func probabilitiesAreASoftmaxWithAFloor() throws {
    let values = try GrowingLoss.probabilities(of: Tensor(logits, shape: shape)).floats()
    for (label, expected) in [0.125768, 0.239435, 0.336768, 0.298029].enumerated() {
      #expect(abs(Double(values[label * 25]) - expected) < 1e-6)
    }
    let extreme = try GrowingLoss.probabilities(
      of: Tensor([0, 100, 0] as [Float], shape: [1, 3, 1, 1]))
    #expect(try extreme.floats().allSatisfy { $0 >= 0.9999e-4 })
  }

  @Test func floorLetsTheGradientPass() throws {
    let leaf = try Tensor([0, 20] as [Float], shape: [1, 2, 1, 1]).requiringGradient()
    try GrowingLoss.probabilities(of: leaf)[0][0].log().sum().backward()
    let p = 1 / (1 + exp(20.0))
    // d log P' / dx = (1 / 1e-4) dP / dx, with the derivative of the softmax below the floor.
    let expected = 1e4 * p * (1 - p) / 1.0002
    let found = try #require(try leaf.gradient?.doubles())
    #expect(abs(found[0] - expected) < 1e-3 * expected)
    #expect(abs(found[1] + expected) < 1e-3 * expected)
  }

  @Test func balancedSeedLossIsThatOfTheFormula() throws {
    let probabilities = try GrowingLoss.probabilities(of: Tensor(logits, shape: shape))
    let loss = try BalancedSeedLoss()(
      probabilities, seeds: Tensor.cues(cues, on: .cpu))
    #expect(abs(try loss.item() - 2.9553163188) < 1e-5)
  }

  @Test func imagesWithoutSeedsCostNothing() throws {
    let none = LocalizationCues(classCount: 4, size: size)
    let probabilities = try GrowingLoss.probabilities(of: Tensor(logits, shape: shape))
    let loss = try BalancedSeedLoss()(
      probabilities, seeds: Tensor.cues([none, none], on: .cpu))
    #expect(try loss.item() == 0)
  }

  @Test func boundaryLossIsThatOfTheFormula() throws {
    let logits = try Tensor(logits, shape: shape)
    let probabilities = try GrowingLoss.probabilities(of: logits)
    let refined = try GrowingLoss.probabilities(of: logits.rolled(by: [1], along: [3]))
    for passes in [false, true] {
      let terms = try loss(passesThroughCRF: passes).terms(
        probabilities, refined: refined, cues: cues, present: [[0, 1], [0, 2, 3]])
      #expect(abs(try terms.boundary.item() - 0.0111032135) < 1e-6)
    }
  }

  /// The path around the CRF adds `(1 - Q) ∂L/∂log Q`, here by central differences.
  @Test func gradientPassesAroundTheCRFAsInTheReference() throws {
    // Ratios below, inside of and above the range that counts.
    let probabilities = [0.9, 0.05, 0.02, 0.03]
    let refined = [0.02, 0.4, 0.55, 0.03]
    func boundary(_ logRefined: [Double]) -> Double {
      zip(logRefined, probabilities).reduce(0) { sum, pair in
        let q = exp(pair.0)
        return sum + q * log(min(max(q / pair.1, 0.05), 20))
      }
    }
    func gradient(_ passes: Bool) throws -> [Double] {
      let p = try Tensor(probabilities.map(Float.init), shape: [1, 4, 1, 1]).requiringGradient()
      let q = try Tensor(refined.map(Float.init), shape: [1, 4, 1, 1])
      let none = LocalizationCues(classCount: 4, size: ImageSize(width: 1, height: 1))
      try loss(passesThroughCRF: passes).terms(p, refined: q, cues: [none], present: [[0]])
        .boundary.backward()
      return try #require(p.gradient).doubles()
    }
    let (direct, both) = (try gradient(false), try gradient(true))
    for index in refined.indices {
      func shifted(_ step: Double) -> Double {
        var values = refined.map { log($0) }
        values[index] += step
        return boundary(values)
      }
      let derivative = (shifted(1e-5) - shifted(-1e-5)) / 2e-5
      #expect(abs(both[index] - direct[index] - (1 - refined[index]) * derivative) < 1e-4)
    }
    #expect(direct[0] == 0 && abs(direct[1] + 8) < 1e-4)
  }
}
