import Tensors
import Testing

@testable import SEAM

@Suite(.serialized) struct PixelCorrelationModuleTests {
  @Test func onlyTheStrongestClassIsLeftAndTheBackgroundGetsTheRest() throws {
    // Two foreground classes on four pixels; the first class has maximum 4, the second 2.
    let maps = try Tensor(
      [9, 9, 9, 9, 4, 2, -1, 1, 0, 2, 1, 0] as [Float], shape: [1, 3, 2, 2])
    let scores = try PixelCorrelationModule.competingScores(maps).floats()
    let expected: [Float] = [0, 0, 0.5, 0.75, 1, 0, 0, 0.25, 0, 1, 0.5, 0]
    for (score, value) in zip(scores, expected) { #expect(abs(score - value) < 2e-5) }
  }

  @Test func tiesKeepBothClasses() throws {
    let maps = try Tensor([0, 0, 3, 3, 3, 3] as [Float], shape: [1, 3, 1, 2])
    let winners = try maps.withForegroundWinners().floats()
    #expect(winners == [0, 0, 3, 3, 3, 3])
  }

  @Test func pixelsThatLookAlikeShareTheirScores() throws {
    let module = try PixelCorrelationModule(
      ParameterStore(seed: 1).root, sideChannels: (4, 4))
    // Columns 0 and 1 look alike, columns 2 and 3 are the negative of them.
    let look = try Tensor.normal([1, 195, 1, 1], seed: 2)
    let features = try Tensor.concatenate([look, look, -look, -look], along: 3)
    let scores = try Tensor([1, 0, 0, 0.5] as [Float], shape: [1, 1, 1, 4])
    let refined = try module(scores, features: features).floats()
    for (value, expected) in zip(refined, [0.5, 0.5, 0.25, 0.25] as [Float]) {
      #expect(abs(value - expected) < 1e-4)
    }
  }

  @Test func pixelsWithoutFeaturesHaveAFiniteGradient() throws {
    let store = ParameterStore(seed: 1)
    let module = try PixelCorrelationModule(store.root, sideChannels: (4, 4))
    let refined = try module(
      Tensor.ones([1, 2, 3, 3]), features: Tensor.zeros([1, 195, 3, 3]))
    try refined.sum().backward()
    #expect(try refined.floats().allSatisfy { $0 == 0 })
    let gradient = try #require(store["f9.weight"]?.value.gradient)
    #expect(try gradient.isFinite().all().item() == 1)
  }

  @Test func imagesOfABatchDoNotMix() throws {
    let module = try PixelCorrelationModule(ParameterStore(seed: 1).root, sideChannels: (4, 4))
    let features = try Tensor.normal([2, 195, 3, 4], seed: 2)
    let scores = try Tensor.uniform([2, 3, 3, 4], in: 0...1, seed: 3)
    let both = try module(scores, features: features)
    let second = try module(scores[1...], features: features[1...])
    let difference = try (both[1...] - second).abs().max().item()
    #expect(difference < 1e-5)
  }
}
