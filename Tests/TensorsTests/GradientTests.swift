import SharedTestSupport
import TensorFiles
import Tensors
import Testing

/// An operation and the shape of its operand.
struct Operation: Sendable, CustomTestStringConvertible {
  let name: String
  let shape: [Int]
  let function: @Sendable (Tensor) throws -> Tensor

  init(
    _ name: String, _ shape: [Int] = [2, 3],
    _ function: @Sendable @escaping (Tensor) throws -> Tensor
  ) {
    self.name = name
    self.shape = shape
    self.function = function
  }

  var testDescription: String { name }

  static let all: [Operation] = [
    Operation("+") { try $0 + $0 * 2 },
    Operation("-") { try 3 - $0 },
    Operation("/") { try 2 / $0 + $0 / 4 },
    Operation("exp") { try $0.exp() },
    Operation("log") { try $0.log() },
    Operation("sqrt") { try $0.sqrt() },
    Operation("pow") { try $0.pow(2.5) },
    Operation("sigmoid") { try $0.sigmoid() },
    Operation("logSigmoid") { try $0.logSigmoid() },
    Operation("tanh") { try $0.tanh() },
    Operation("relu") { try ($0 - 0.7).relu() },
    Operation("relu6") { try ($0 * 6).relu6() },
    Operation("elu") { try ($0 - 0.7).elu() },
    Operation("clamped") { try $0.clamped(min: 0.5, max: 1) },
    Operation("softmax") { try $0.softmax(along: 1) },
    Operation("logSoftmax") { try $0.logSoftmax(along: 1) },
    Operation("logSumExp") { try $0.logSumExp(along: 1) },
    Operation("mean") { try $0.mean(along: [0]) },
    Operation("maximum") { try $0.maximum(along: 1).values },
    Operation("cumulativeSum") { try $0.cumulativeSum(along: 1) },
    Operation("norm") { try $0.norm() },
    Operation("select") { try Tensor.select($0.greater(than: 0.8), $0.square(), -$0) },
    Operation("matmul") { try $0.matmul($0.transposed(0, 1)) },
    Operation("padded") { try $0.padded([1, 2], value: 3) },
    Operation("rolled") { try $0.rolled(by: [1], along: [1]) },
    Operation("flipped") { try $0.flipped(along: 0) },
    Operation("subscript") { try $0[1, 0..<2] },
    Operation("conv2d", [2, 4, 5, 5]) {
      let weight = try Tensor.normal([6, 2, 3, 3], seed: 3).to(.float64)
      return try $0.conv2d(weight: weight, stride: 2, padding: 1, groups: 2)
    },
    Operation("conv2d weight", [2, 3, 3, 2]) {
      let x = try Tensor.normal([2, 3, 6, 6], seed: 3).to(.float64)
      return try x.conv2d(
        weight: $0, stride: (1, 1), padding: (2, 1), dilation: (2, 1))
    },
    Operation("maxPool2d", [1, 2, 5, 5]) { try $0.maxPool2d(kernel: 3, stride: 2, padding: 1) },
    Operation("averagePool2d", [1, 2, 5, 5]) {
      try $0.averagePool2d(kernel: 3, stride: 2, padding: 1, countIncludePad: false)
    },
    Operation("globalAveragePool2d", [2, 2, 3, 3]) { try $0.globalAveragePool2d() },
    Operation("batchNorm", [4, 2, 3, 3]) { try $0.batchNorm(training: true) },
    Operation("groupNorm", [2, 4, 3, 3]) { try $0.groupNorm(groups: 2) },
    Operation("interpolated", [1, 2, 4, 5]) {
      try $0.interpolated(to: (7, 3), alignCorners: true)
    },
    Operation("interpolated by scale", [1, 2, 4, 5]) { try $0.interpolated(scale: 0.75) },
    Operation("gridSampled", [1, 2, 4, 5]) {
      let grid = try Tensor.uniform([1, 3, 3, 2], in: -1.2...1.2, seed: 8).to(.float64)
      return try $0.gridSampled(grid, padding: .border, alignCorners: false)
    },
    Operation("dropout") { try $0.dropout(0.5, seed: 3) },
    Operation("multilabelSoftMarginLoss") {
      let labels = try Tensor(of: [1, 0, 0, 0, 1, 1], [2, 3])
      return try Tensor.multilabelSoftMarginLoss($0, labels)
    },
    Operation("crossEntropy", [2, 3, 2, 1]) {
      let labels = try Tensor([0, 255, 2, 1] as [Int64], shape: [2, 2, 1])
      return try Tensor.crossEntropy($0, labels)
    },
  ]
}

@Suite(.serialized) struct GradientTests {
  /// Central differences of step h err by h² times the third derivative, and by rounding over h:
  /// 1e-10 and 1e-11 here, in `float64`.
  @Test(arguments: Operation.all)
  func agreeWithCentralDifferences(operation: Operation) throws {
    let count = operation.shape.reduce(1, *)
    let start = try Tensor.uniform(operation.shape, in: 0.2...1.5, seed: 4).to(.float64)
    let resultShape = try operation.function(start).shape
    let direction = try Tensor.normal(resultShape, seed: 5).to(.float64)
    func objective(_ x: Tensor) throws -> Tensor { try (operation.function(x) * direction).sum() }

    let leaf = try start.requiringGradient()
    try objective(leaf).backward()
    let gradient = try #require(leaf.gradient).doubles()

    let step = 1e-5
    let values = try start.doubles()
    var differences = [Double]()
    for index in 0..<count {
      var sides = [Double]()
      for sign in [1.0, -1.0] {
        var moved = values
        moved[index] += sign * step
        sides.append(try objective(Tensor(of: moved, operation.shape)).item())
      }
      differences.append((sides[0] - sides[1]) / (2 * step))
    }
    expectClose(gradient, differences, 1e-7)
  }

  @Test func accumulateOverCalls() throws {
    let x = try Tensor(of: [2]).requiringGradient()
    #expect(x.gradient == nil)
    try (x * x).sum().backward()
    try (x * 3).sum().backward()
    #expect(try #require(x.gradient).doubles() == [7])
  }

  @Test func followTheGivenDirection() throws {
    let x = try Tensor(of: [1, 2]).requiringGradient()
    let y = try x.square()
    try y.backward(gradient: try Tensor(of: [10, 100]), keepingGraph: true)
    try y.backward(gradient: try Tensor(of: [1, 0]))
    #expect(try #require(x.gradient).doubles() == [22, 400])
  }

  @Test func needARecordedScalar() throws {
    #expect(
      message { try Tensor.ones([]).backward() }
        == "The tensor operation 'backward' failed: element 0 of tensors does not require grad and "
        + "does not have a grad_fn.")
    let x = try Tensor.ones([2]).requiringGradient()
    #expect(
      message { try (x * 2).backward() }
        == "The tensor operation 'backward' failed: grad can be implicitly created only for scalar "
        + "outputs.")
  }

  @Test func stopAtDetachedTensors() throws {
    let x = try Tensor(of: [3]).requiringGradient()
    #expect(x.isLeaf && x.requiresGradient)
    let y = try x * 2
    #expect(!y.isLeaf && y.requiresGradient)
    #expect(try !y.detached().requiresGradient)
    try (x.detached() * x).sum().backward()
    #expect(try #require(x.gradient).doubles() == [3])
  }

  @Test func scalarPassesOnTheDerivativesItWasGiven() throws {
    let x = try Tensor([1.0, 2.0], shape: [2]).requiringGradient()
    let y = try Tensor([3.0], shape: [1]).requiringGradient()
    let scalar = try Tensor.scalar(
      0.1,
      derivatives: [
        (x * 2.0, Tensor([10.0, 20.0], shape: [2])), (y, Tensor([30.0], shape: [1])),
      ])
    try (scalar * 0.5).backward()
    #expect(try scalar.item() == 0.1)
    #expect(try x.gradient?.doubles() == [10, 20])
    #expect(try y.gradient?.doubles() == [15])
    #expect(try Tensor.scalar(7, derivatives: []).item() == 7)
  }
}
