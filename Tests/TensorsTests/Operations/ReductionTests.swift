import SharedTestSupport
import Tensors
import Testing

@Suite(.serialized) struct ReductionTests {
  private let x: Tensor

  init() throws {
    x = try Tensor(of: [1, 5, 3, 4, 2, 6], [2, 3])
  }

  @Test func reducesAll() throws {
    #expect(try x.sum().item() == 21)
    #expect(try x.mean().item() == 3.5)
    #expect(try x.max().item() == 6)
    #expect(try x.min().item() == 1)
    expectClose([try x.norm().item()], [9.539392014169456])
    #expect(try x.greater(than: 5).any().item() == 1)
    #expect(try x.greater(than: 5).all().item() == 0)
    #expect(try x.sum().shape == [])
  }

  @Test func reducesAxes() throws {
    #expect(try x.sum(along: [0]).doubles() == [5, 7, 9])
    #expect(try x.sum(along: 1).doubles() == [9, 12])
    #expect(try x.sum(along: [0, 1]).shape == [])
    #expect(try x.sum(along: 1, keepingDimensions: true).shape == [2, 1])
    #expect(try x.mean(along: -1).doubles() == [3, 4])
    #expect(try x.amax(along: 0).doubles() == [4, 5, 6])
    #expect(try x.amin(along: [1]).doubles() == [1, 2])
    expectClose(try x.variance(along: [1]).doubles(), [8.0 / 3, 8.0 / 3])
    expectClose(try x.variance(along: [1], unbiased: true).doubles(), [4, 4])
    expectClose(try x.logSumExp(along: 1).doubles(), try x.exp().sum(along: 1).log().doubles())
  }

  @Test func findsExtremes() throws {
    let (values, indices) = try x.maximum(along: 1)
    #expect(try values.doubles() == [5, 6])
    #expect(try indices.integers() == [1, 2])
    let least = try x.minimum(along: 0, keepingDimensions: true)
    #expect(try least.values.doubles() == [1, 2, 3])
    #expect(try least.indices.integers() == [0, 1, 0])
    #expect(least.values.shape == [1, 3])
    #expect(try x.argmax(along: 0).integers() == [1, 0, 1])
    #expect(
      message { _ = try x.argmax(along: 2) }
        == "The tensor operation 'argmax' failed: Dimension out of range (expected to be in range "
        + "of [-2, 1], but got 2).")
  }

  @Test func accumulatesAndNormalizes() throws {
    #expect(try x.cumulativeSum(along: 1).doubles() == [1, 6, 9, 4, 6, 12])
    let softmax = try x.softmax(along: 1)
    expectClose(try softmax.sum(along: 1).doubles(), [1, 1])
    expectClose(try softmax[0].doubles(), [0.0158762, 0.8668133, 0.1173104])
    expectClose(try x.logSoftmax(along: 1).doubles(), try softmax.log().doubles())
  }
}
