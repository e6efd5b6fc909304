import Tensors
import Testing

@Suite(.serialized) struct LayerTests {
  private let store = ParameterStore(seed: 3)

  /// An initializer with the mean and the standard deviation it draws with, for fans 360 and 450.
  struct Draw: Sendable, CustomTestStringConvertible {
    let initializer: Initializer
    let mean: Double
    let deviation: Double
    var testDescription: String { "\(initializer)" }

    init(_ initializer: Initializer, _ mean: Double, _ variance: Double) {
      self.initializer = initializer
      self.mean = mean
      self.deviation = variance.squareRoot()
    }

    static let all: [Draw] = [
      Draw(.zeros, 0, 0),
      Draw(.ones, 1, 0),
      Draw(.constant(2), 2, 0),
      Draw(.normal(standardDeviation: 0.5), 0, 0.25),
      Draw(.uniform(bound: 3), 0, 3),
      Draw(.heNormal, 0, 2.0 / 360),
      Draw(.torchDefault, 0, 1.0 / 1080),
      Draw(.heUniform(a: 0), 0, 2.0 / 360),
      Draw(.xavierUniform(gain: 2), 0, 8.0 / 810),
    ]
  }

  @Test(arguments: Draw.all)
  func initializesWithMeanAndDeviation(draw: Draw) throws {
    let values = try store.root.parameter(
      "x", shape: [50, 40, 3, 3], role: .weight, initializer: draw.initializer
    ).value
    // 18,000 values: the standard errors are 0.75 % and 0.5 % of the deviation.
    #expect(abs(try values.mean().item() - draw.mean) <= 0.03 * draw.deviation)
    let found = try values.variance(along: [0, 1, 2, 3]).sqrt().item()
    #expect(abs(found - draw.deviation) <= 0.03 * draw.deviation)
  }

  @Test func convolvesWithItsParameters() throws {
    let conv = try Conv2D(
      store.root / "c", inChannels: 4, outChannels: 6, kernel: 3, stride: 2, padding: 2,
      dilation: 2, groups: 2, biasInitializer: .constant(1))
    let x = try Tensor.normal([2, 4, 9, 9], seed: 1)
    let expected = try x.conv2d(
      weight: conv.weight.value, stride: 2, padding: 2, dilation: 2, groups: 2)
    #expect(conv.weight.value.shape == [6, 2, 3, 3])
    expectClose(try conv(x).doubles(), try (expected + 1).doubles(), 1e-5)
    let plain = try Conv2D(store.root / "d", inChannels: 4, outChannels: 6, kernel: 1, bias: false)
    #expect(plain.bias == nil)
  }

  @Test func mapsLinearly() throws {
    let layer = try Linear(
      store.root / "fc", inputs: 3, outputs: 2, extraInputs: 1, weightInitializer: .ones,
      biasInitializer: .constant(0.5))
    let x = try Tensor([1, 2, 3, 4] as [Float], shape: [1, 4])
    #expect(try layer(x).floats() == [10.5, 10.5])
  }

  @Test func normalizesByStoredStatisticsFrozenOrNot() throws {
    let norm = try BatchNorm2D(store.root / "bn", channels: 2, epsilon: 0)
    try norm.weight.value.copy(from: Tensor(of: [2, 3]))
    try norm.bias.value.copy(from: Tensor(of: [0, 1]))
    try norm.runningMean.value.copy(from: Tensor(of: [1, 2]))
    try norm.runningVariance.value.copy(from: Tensor(of: [4, 9]))
    let values = try Tensor([1, 3, 2, 5] as [Float], shape: [1, 2, 1, 2])
    let expected = [0.0, 2, 1, 4]
    expectClose(try norm(values).doubles(), expected)

    let trained = try values.requiringGradient()
    try norm(trained).backward(gradient: values)
    expectClose(try #require(trained.gradient).doubles(), [1, 3, 2, 5])
    // sum(gradient * normalized), sum(gradient)
    expectClose(try #require(norm.weight.value.gradient).doubles(), [3, 5])
    expectClose(try #require(norm.bias.value.gradient).doubles(), [4, 7])

    norm.weight.isTrainable = false
    norm.bias.isTrainable = false
    let frozen = try values.requiringGradient()
    let y = try norm(frozen)
    expectClose(try y.doubles(), expected)
    try y.backward(gradient: values)
    expectClose(try #require(frozen.gradient).doubles(), [1, 3, 2, 5])
    #expect(try norm.runningMean.value.floats() == [1, 2])
  }

  @Test func normalizesByTheBatch() throws {
    let norm = try BatchNorm2D(store.root / "bn", channels: 1, epsilon: 0, momentum: 0.25)
    let x = try Tensor([1, 3] as [Float], shape: [2, 1, 1, 1])
    expectClose(try norm(x, statistics: .batch).doubles(), [-1, 1])
    // The stored variance moves towards the unbiased one.
    expectClose(try norm.runningMean.value.doubles(), [0.5])
    expectClose(try norm.runningVariance.value.doubles(), [0.75 + 0.5])
  }

  @Test func normalizesGroups() throws {
    let norm = try GroupNorm(store.root / "gn", groups: 2, channels: 4, epsilon: 0)
    let x = try Tensor([1, 3, 10, 30] as [Float], shape: [1, 4, 1, 1])
    expectClose(try norm(x).doubles(), [-1, 1, -1, 1])
  }

  @Test func dropsByLayerAndSample() throws {
    let first = Dropout(store.root / "a")
    let second = Dropout(store.root / "b")
    let x = try Tensor.ones([2, 100])
    let y = try first(x, sampleSeeds: [1, 2])
    #expect(try y[1].floats() == first(x[1..<2], sampleSeeds: [2])[0].floats())
    #expect(try y.floats() != second(x, sampleSeeds: [1, 2]).floats())
    #expect(try first(x, sampleSeeds: nil).floats() == x.floats())
    #expect(try first(x).floats() == x.floats())
    let planes = Dropout(store.root / "c", probability: 0.5, byChannel: true)
    let z = try planes(Tensor.ones([1, 50, 2, 2]), sampleSeeds: [3])
    #expect(Set(try z.sum(along: [2, 3]).floats()) == [0, 8])
  }

  @Test func freezesParameters() throws {
    let conv = try Conv2D(store.root / "e", inChannels: 1, outChannels: 1, kernel: 1)
    conv.weight.isTrainable = false
    try conv(Tensor.ones([1, 1, 1, 1])).sum().backward()
    #expect(conv.weight.value.gradient == nil)
    #expect(conv.bias?.value.gradient != nil)
    try store.zeroGradients()
    #expect(conv.bias?.value.gradient == nil)
  }
}
