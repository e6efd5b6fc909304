import TensorFiles
import Tensors
import Testing

@Suite(.serialized) struct ElementwiseTests {
  private let a: Tensor
  private let b: Tensor

  init() throws {
    a = try Tensor(of: [1, -2, 3])
    b = try Tensor(of: [2, 4, -8])
  }

  @Test func calculates() throws {
    expectClose(try (a + b).doubles(), [3, 2, -5])
    expectClose(try (a - b).doubles(), [-1, -6, 11])
    expectClose(try (a * b).doubles(), [2, -8, -24])
    expectClose(try (a / b).doubles(), [0.5, -0.5, -0.375])
    expectClose(try (a + 1).doubles(), [2, -1, 4])
    expectClose(try (1 + a).doubles(), [2, -1, 4])
    expectClose(try (a - 1).doubles(), [0, -3, 2])
    expectClose(try (1 - a).doubles(), [0, 3, -2])
    expectClose(try (2 * a).doubles(), [2, -4, 6])
    expectClose(try (a / 2).doubles(), [0.5, -1, 1.5])
    expectClose(try (6 / a).doubles(), [6, -3, 2])
    expectClose(try (-a).doubles(), [-1, 2, -3])
  }

  @Test func keepsIntegersWithWholeNumbers() throws {
    let labels = try Tensor([0, 1, 255] as [Int64], shape: [3])
    #expect(try (labels + 1).dtype == .int64)
    #expect(try (labels + 1).integers() == [1, 2, 256])
    #expect(try (1 - labels).dtype == .int64)
    #expect(try (labels * 0.5).dtype == .float32)
    #expect(try (labels / 2).floats() == [0, 0.5, 127.5])
  }

  @Test func broadcasts() throws {
    let column = try Tensor(of: [10, 20], [2, 1])
    #expect(try (column + a).shape == [2, 3])
    #expect(try (column + a).doubles() == [11, 8, 13, 21, 18, 23])
  }

  @Test func appliesFunctions() throws {
    let x = try Tensor(of: [0.25, 4])
    expectClose(try x.sqrt().doubles(), [0.5, 2])
    expectClose(try x.rsqrt().doubles(), [2, 0.5])
    expectClose(try x.square().doubles(), [0.0625, 16])
    expectClose(try x.reciprocal().doubles(), [4, 0.25])
    expectClose(try x.log().exp().doubles(), [0.25, 4])
    expectClose(try x.pow(0.5).doubles(), [0.5, 2])
    expectClose(try x.pow(Tensor(of: [1, 2])).doubles(), [0.25, 16])
    expectClose(try x.sin().square().doubles(), try (1 - x.cos().square()).doubles())
    expectClose(try Tensor(of: [0]).sigmoid().doubles(), [0.5])
    expectClose(try Tensor(of: [-800]).logSigmoid().doubles(), [-800])
    expectClose(try Tensor(of: [0.5]).tanh().doubles(), [0.46211715726])
    expectClose(try Tensor(of: [-1, 7]).elu().doubles(), [-0.63212055883, 7])
    #expect(try Tensor(of: [-1, 7]).relu().doubles() == [0, 7])
    #expect(try Tensor(of: [-1, 5, 7]).relu6().doubles() == [0, 5, 6])
    #expect(try a.abs().doubles() == [1, 2, 3])
    #expect(try a.sign().doubles() == [1, -1, 1])
    #expect(try Tensor(of: [0.5, 1.5, -1.2]).round().doubles() == [0, 2, -1])
    #expect(try Tensor(of: [0.5, -1.2]).floor().doubles() == [0, -2])
    #expect(try Tensor(of: [0.5, -1.2]).ceil().doubles() == [1, -1])
  }

  @Test func bounds() throws {
    #expect(try a.clamped(min: -1).doubles() == [1, -1, 3])
    #expect(try a.clamped(max: 2).doubles() == [1, -2, 2])
    #expect(try a.clamped(min: -1, max: 2).doubles() == [1, -1, 2])
    #expect(try a.clamped().doubles() == [1, -2, 3])
    #expect(try a.maximum(b).doubles() == [2, 4, 3])
    #expect(try a.minimum(b).doubles() == [1, -2, -8])
  }

  @Test func compares() throws {
    let other = try Tensor(of: [1, 0, 4])
    #expect(try a.equal(to: other).integers() == [1, 0, 0])
    #expect(try a.notEqual(to: other).integers() == [0, 1, 1])
    #expect(try a.greater(than: other).integers() == [0, 0, 0])
    #expect(try a.greaterOrEqual(to: other).integers() == [1, 0, 0])
    #expect(try a.less(than: other).integers() == [0, 1, 1])
    #expect(try a.lessOrEqual(to: other).integers() == [1, 1, 1])
    #expect(try a.equal(to: 3).integers() == [0, 0, 1])
    #expect(try a.notEqual(to: 3).integers() == [1, 1, 0])
    #expect(try a.greater(than: 1).integers() == [0, 0, 1])
    #expect(try a.greaterOrEqual(to: 1).integers() == [1, 0, 1])
    #expect(try a.less(than: 1).integers() == [0, 1, 0])
    #expect(try a.lessOrEqual(to: 1).integers() == [1, 1, 0])
    #expect(try a.equal(to: other).dtype == .bool)
  }

  @Test func combinesConditions() throws {
    let positive = try a.greater(than: 0)
    let small = try a.less(than: 2)
    #expect(try positive.logicalAnd(small).integers() == [1, 0, 0])
    #expect(try positive.logicalOr(small).integers() == [1, 1, 1])
    #expect(try positive.logicalNot().integers() == [0, 1, 0])
    #expect(try Tensor.select(positive, a, b).doubles() == [1, 4, 3])
    #expect(try a.maskedFill(positive, with: 9).doubles() == [9, -2, 9])
    let odd = try Tensor(of: [1, .nan, .infinity])
    #expect(try odd.isNaN().integers() == [0, 1, 0])
    #expect(try odd.isFinite().integers() == [1, 0, 0])
  }

  /// A processor has a kernel of its own for this type, and reads the elements as they lie.
  @Test(arguments: [false, true])
  func rectifiesToSixInBFloat16(channelsLast: Bool) throws {
    let values = [-3, -0.0, 0, 0.5, 3, 5.96875, 6, 6.03125, 80, .infinity, -.infinity, -1]
    var x = try Tensor(of: values, [1, 3, 2, 2])
    if channelsLast { x = try x.channelsLast() }
    let leaf = try x.to(.bfloat16).requiringGradient()
    let y = try leaf.relu6()
    #expect(y.dtype == .bfloat16)
    #expect(try y.doubles() == values.map { min(max($0, 0), 6) })
    // The gradient that arrives lies the other way round.
    try (y.to(.float32) * Tensor.arange(12, dtype: .float32).reshaped([1, 3, 2, 2])).sum()
      .backward()
    let expected = values.enumerated().map { $1 > 0 && $1 < 6 ? Double($0) : 0 }
    #expect(try #require(leaf.gradient).doubles() == expected)
  }

  @Test func keepsWhatIsNotANumberInBFloat16() throws {
    let y = try Tensor(of: [.nan, -.nan, 1]).to(.bfloat16).relu6().doubles()
    #expect(y[0].isNaN && y[1].isNaN && y[2] == 1)
  }
}
