import Foundation
import Tensors
import Testing

@testable import Harness

/// How much M differs between images.
@Suite(.serialized) struct ContextVariationTests {
  private let ids = ["a", "b", "c"]

  @Test func spreadIsTheDistanceToTheMeanMap() throws {
    let context = try InterventionWorld(deviation: 1).operator()
    let result = try context.adjustment(ids)
    let maps = try result.contextMaps.floats().map(Double.init)
    let size = maps.count / ids.count
    let mean = (0..<size).map { pixel in
      ids.indices.reduce(0) { $0 + maps[$1 * size + pixel] } / Double(ids.count)
    }
    let distance = maps.indices.reduce(0) { $0 + pow(maps[$1] - mean[$1 % size], 2) }
    let length = mean.reduce(0) { $0 + $1 * $1 }
    let variation = try context.variation(of: ids)
    let expected = (distance / Double(ids.count) / length).squareRoot()
    #expect(expected > 0.01)
    #expect(abs(variation.spread - expected) < 1e-6)

    let entropies = try result.attention.floats().map { $0 > 0 ? -Double($0) * log(Double($0)) : 0 }
    let share = entropies.reduce(0, +) / Double(ids.count) / log(4)
    #expect(try abs(#require(variation.attentionEntropy) - share) < 1e-6)
  }

  @Test func uniformAttentionMakesAllMapsEqual() throws {
    let variation = try InterventionWorld(deviation: 0).operator().variation(of: ids)
    #expect(variation.spread < 1e-5)
    #expect(try abs(#require(variation.attentionEntropy) - 1) < 1e-6)
  }

  @Test func theControlOfConstantMapsHasNoSpread() throws {
    let world = try InterventionWorld(deviation: 1, control: .constantMap)
    #expect(try world.operator().variation(of: ids).spread < 1e-5)
  }

  @Test func masksInPlaceOfMHaveNoAttention() throws {
    let world = try InterventionWorld(contextMap: .segmentationMask)
    let variation = try world.operator().variation(of: ids)
    #expect(variation.spread > 0.1)
    #expect(variation.attentionEntropy == nil)
  }
}
