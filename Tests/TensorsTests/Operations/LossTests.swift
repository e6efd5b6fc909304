import Foundation
import SharedTestSupport
import Tensors
import Testing

@Suite(.serialized) struct LossTests {
  @Test func averagesTheSoftMarginOverSamplesAndClasses() throws {
    let logits = try Tensor(of: [0, 2, -1, 50], [2, 2])
    let labels = try Tensor(of: [1, 0, 1, 1], [2, 2])
    let expected: Double = (log(2.0) + log1p(exp(2.0)) + log1p(exp(1.0))) / 4
    expectClose([try Tensor.multilabelSoftMarginLoss(logits, labels).item()], [expected], 1e-12)
  }

  @Test func averagesTheCrossEntropyOverLabelsThatCount() throws {
    let logits = try Tensor(of: [1, 0, 0, 3], [1, 2, 1, 2])
    let labels = try Tensor([0, 255] as [Int64], shape: [1, 1, 2])
    expectClose([try Tensor.crossEntropy(logits, labels).item()], [log1p(exp(-1.0))], 1e-12)
    let both = try Tensor([0, 0] as [Int64], shape: [1, 1, 2])
    expectClose(
      [try Tensor.crossEntropy(logits, both).item()], [(log1p(exp(-1.0)) + log1p(exp(3.0))) / 2],
      1e-12)
  }

  @Test func isZeroWithoutLabelsThatCount() throws {
    let logits = try Tensor(of: [1, 0, 0, 3], [1, 2, 1, 2]).requiringGradient()
    let labels = try Tensor([9, 9] as [Int64], shape: [1, 1, 2])
    let loss = try Tensor.crossEntropy(logits, labels, ignoreIndex: 9)
    try loss.backward()
    #expect(try loss.item() == 0)
    #expect(try #require(logits.gradient).doubles() == [0, 0, 0, 0])
  }

  @Test func refusesLabelsThatNameNoClass() throws {
    let logits = try Tensor.zeros([1, 2, 1, 2])
    let labels = try Tensor([0, 2] as [Int64], shape: [1, 1, 2])
    #expect(
      message { _ = try Tensor.crossEntropy(logits, labels) }
        == "The tensor operation 'crossEntropy' failed: Target 2 is out of bounds.")
  }
}
