import SharedTestSupport
import TensorFiles
import Tensors
import Testing

@Suite(.serialized) struct NetworkOperationTests {
  /// `[1, 1, 3, 3]`, 0 to 8.
  private let x: Tensor

  init() throws {
    x = try Tensor(of: (0..<9).map(Double.init), [1, 1, 3, 3])
  }

  @Test func multipliesMatrices() throws {
    let a = try Tensor(of: [1, 2, 3, 4], [2, 2])
    #expect(try a.matmul(a).doubles() == [7, 10, 15, 22])
    #expect(try Tensor.ones([5, 2, 3]).matmul(Tensor.ones([3, 4])).shape == [5, 2, 4])
    let bias = try Tensor(of: [10, 20])
    #expect(try a.linear(weight: a, bias: bias).doubles() == [15, 31, 21, 45])
  }

  @Test func convolves() throws {
    let kernel = try Tensor(of: [1, 0, 0, -1], [1, 1, 2, 2])
    #expect(try x.conv2d(weight: kernel).doubles() == [-4, -4, -4, -4])
    let bias = try Tensor(of: [1])
    #expect(try x.conv2d(weight: kernel, bias: bias, stride: 2).doubles() == [-3])
    #expect(try x.conv2d(weight: kernel, dilation: 2).doubles() == [-8])
    let row = try Tensor(of: [1, 1], [1, 1, 1, 2])
    #expect(try x.conv2d(weight: row, stride: (2, 1), padding: (0, 1)).shape == [1, 1, 2, 4])
  }

  @Test func foldsPatches() throws {
    // Of two positions in a row, each adds the middle row of its patch: 1, 2, 3 and 10, 20, 30.
    let columns = try Tensor(
      of: [0, 0, 0, 0, 0, 0, 1, 10, 2, 20, 3, 30] + [0, 0, 0, 0, 0, 0], [1, 9, 2])
    #expect(
      try columns.folded(to: (1, 2), kernel: 3, padding: 1, dilation: 1).doubles() == [12, 23])
    #expect(throws: TensorError.self) {
      try columns.folded(to: (5, 5), kernel: 3, padding: 1)
    }
  }

  @Test func measuresDistancesToNeighbours() throws {
    // Of double precision, the distances are composed of libtorch's operations.
    let values = try Tensor.normal([2, 40, 7, 9], seed: 1)
    let weights = try Tensor.normal([2, 3, 5, 6], seed: 2)
    func distances(_ dtype: DType) throws -> (values: [Double], gradient: [Double]) {
      let x = try values.to(dtype).requiringGradient()
      let result = try x.neighborDistances(
        offsets: [(0, 1), (2, -1), (1, 2)], from: (0, 1), sources: (5, 6))
      #expect(result.shape == weights.shape)
      try (result * weights.to(dtype)).sum().backward()
      return (try result.doubles(), try #require(x.gradient).doubles())
    }
    let (single, double) = (try distances(.float32), try distances(.float64))
    expectClose(single.values, double.values)
    expectClose(single.gradient, double.gradient)
    #expect(throws: TensorError.self) {
      try values.neighborDistances(offsets: [(0, 3)], from: (0, 1), sources: (5, 6))
    }
  }

  @Test func pools() throws {
    #expect(try x.maxPool2d(kernel: 2).doubles() == [4])
    #expect(try x.maxPool2d(kernel: 2, ceilMode: true).doubles() == [4, 5, 7, 8])
    #expect(try x.maxPool2d(kernel: (3, 1), stride: (1, 1)).doubles() == [6, 7, 8])
    #expect(try x.averagePool2d(kernel: 2, stride: 1).doubles() == [2, 3, 5, 6])
    #expect(try x.averagePool2d(kernel: 2, padding: 1).doubles()[0] == 0)
    #expect(
      try x.averagePool2d(kernel: 2, stride: 2, padding: 1, countIncludePad: false).doubles()
        == [0, 1.5, 4.5, 6])
    #expect(try x.averagePool2d(kernel: (1, 3), stride: (1, 1)).doubles() == [1, 4, 7])
    #expect(try x.adaptiveAveragePool2d((1, 3)).doubles() == [3, 4, 5])
    #expect(try x.globalAveragePool2d().doubles() == [4])
    #expect(try x.globalAveragePool2d(keepingDimensions: true).shape == [1, 1, 1, 1])
  }

  @Test func normalizes() throws {
    let deviation = (60.0 / 9).squareRoot()
    let expected = (0..<9).map { (Double($0) - 4) / deviation }
    expectClose(try x.batchNorm(training: true, epsilon: 0).doubles(), expected)
    expectClose(try x.groupNorm(groups: 1, epsilon: 0).doubles(), expected)
    let mean = try Tensor(of: [1])
    let variance = try Tensor(of: [4])
    let stored = try x.batchNorm(
      weight: try Tensor(of: [10]), bias: try Tensor(of: [1]), runningMean: mean,
      runningVariance: variance, training: false, epsilon: 0)
    expectClose(try stored.doubles(), (0..<9).map { (Double($0) - 1) * 5 + 1 })
    _ = try x.batchNorm(runningMean: mean, runningVariance: variance, training: true, momentum: 0.5)
    expectClose(try mean.doubles() + variance.doubles(), [2.5, 5.75])
  }

  @Test func sumsABatchAlikeInBothLayouts() throws {
    let planes = try Tensor.normal([8, 16, 40, 40], seed: 1)
    let expected = try planes.batchNorm(training: true)
    let output = try planes.channelsLast().batchNorm(training: true)
    #expect(try output.doubles() == expected.doubles())
  }

  @Test func resizes() throws {
    #expect(try x.interpolated(to: (2, 2), mode: .nearest).doubles() == [0, 1, 3, 4])
    #expect(try x.interpolated(to: (2, 2), alignCorners: true).doubles() == [0, 2, 6, 8])
    expectClose(try x.interpolated(to: (1, 1)).doubles(), [4])
    #expect(try x.interpolated(scale: 2, mode: .nearest).shape == [1, 1, 6, 6])
    #expect(try x.interpolated(scale: 0.5).shape == [1, 1, 1, 1])
    // The step is 1 / 0.5 = 2, so the centre of the only pixel is at 2 * 0.5 - 0.5.
    expectClose(try x.interpolated(scale: 0.5).doubles(), [2])
  }

  @Test func samplesGrids() throws {
    let grid = try Tensor(of: [-1, -1, 0, 0, 2, 0], [1, 1, 3, 2])
    expectClose(try x.gridSampled(grid, alignCorners: true).doubles(), [0, 4, 0])
    expectClose(try x.gridSampled(grid, padding: .border, alignCorners: true).doubles(), [0, 4, 5])
    expectClose(try x.gridSampled(grid, alignCorners: false).doubles(), [0, 4, 0])
  }

  @Test func dropsElementsAndChannels() throws {
    let ones = try Tensor.ones([4, 100, 5, 5])
    let dropped = try ones.dropout(0.25, seed: 1)
    let values = Set(try dropped.floats())
    #expect(values == [0, 1 / 0.75])
    // Standard error: 0.0058.
    #expect(abs(try dropped.mean().item() - 1) < 0.03)
    #expect(try dropped.floats() == ones.dropout(0.25, seed: 1).floats())
    #expect(try dropped.floats() != ones.dropout(0.25, seed: 2).floats())
    let planes = try ones.dropout2d(0.5, seed: 1)
    #expect(Set(try planes.sum(along: [2, 3]).floats()) == [0, 50])
  }

  @Test func drawsDropoutSampleBySample() throws {
    let ones = try Tensor.ones([3, 50])
    let batch = try ones.dropout(0.5, seeds: [7, 8, 7], byChannel: false)
    #expect(try batch[0].floats() == batch[2].floats())
    #expect(try batch[0].floats() != batch[1].floats())
    let alone = try ones[0..<1].dropout(0.5, seeds: [7], byChannel: false)
    #expect(try batch[0].floats() == alone[0].floats())
    #expect(
      message { _ = try ones.dropout(0.5, seeds: [7, 8], byChannel: false) }
        == "The tensor operation 'dropout' failed: dropout got 2 seeds for a tensor of shape "
        + "[3, 50].")
  }
}
