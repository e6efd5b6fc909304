import SharedTestSupport
import Tensors
import Testing

@testable import Networks

@Suite(.serialized) struct AtrousPyramidTests {
  /// With dilations within the features and beyond them.
  @Test(arguments: [[1, 2, 3, 4], [6, 12], [7], [13]])
  func foldingEqualsConvolving(dilations: [Int]) throws {
    let store = ParameterStore(seed: 3)
    let pyramid = try AtrousPyramid(
      store.root, inChannels: 5, classCount: 3, dilations: dilations)
    for parameter in store.parameters {
      // The initial weights and biases are too small to see a difference.
      try parameter.value.copy(from: Tensor.normal(parameter.value.shape, seed: 4))
    }
    let upstream = try Tensor.normal([2, 3, 13, 7], seed: 6)
    func run(_ scores: (Tensor) throws -> Tensor) throws -> [[Float]] {
      let features = try Tensor.normal([2, 5, 13, 7], seed: 5).requiringGradient()
      let output = try scores(features)
      try store.zeroGradients()
      try (output * upstream).sum().backward()
      let gradients = [features.gradient] + store.parameters.map(\.value.gradient)
      return try [output.floats()] + gradients.map { try #require($0).floats() }
    }
    let convolved = try run(pyramid.convolvedScores)
    let folded = try run(pyramid.foldedScores)
    #expect(convolved.count == 2 + 2 * dilations.count)
    for (one, other) in zip(convolved, folded) {
      let scale = one.map(abs).max() ?? 0
      #expect(scale > 0.1)
      #expect(zip(one, other).allSatisfy { abs($0 - $1) <= 2e-6 * scale })
    }
  }
}
