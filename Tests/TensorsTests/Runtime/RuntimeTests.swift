import TensorFiles
import Tensors
import Testing

@Suite(.serialized) struct RuntimeTests {
  @Test func recordsNothingWithoutGradient() throws {
    let x = try Tensor.ones([2]).requiringGradient()
    try withoutGradient {
      #expect(try !(x * 2).requiresGradient)
      let inner = try withGradient { try x * 2 }
      #expect(inner.requiresGradient)
      #expect(try !(x * 2).requiresGradient)
    }
    #expect(try (x * 2).requiresGradient)
  }

  @Test func restoresTheGradientModeAfterAnError() throws {
    struct Failure: Error {}
    #expect(throws: Failure.self) { try withoutGradient { throw Failure() } }
    #expect(try (Tensor.ones([1]).requiringGradient() * 2).requiresGradient)
  }

  @Test func castsInsideAutocastOnly() throws {
    let x = try Tensor.ones([1, 2, 4, 4])
    let weight = try Tensor.ones([3, 2, 3, 3]).requiringGradient()
    try withAutocast(.bfloat16) {
      let y = try x.conv2d(weight: weight)
      #expect(y.dtype == .bfloat16)
      let inner = try withAutocast(nil) { try x.conv2d(weight: weight) }
      #expect(inner.dtype == .float32)
      #expect(try x.conv2d(weight: weight).dtype == .bfloat16)
      try y.to(.float32).sum().backward()
    }
    #expect(try x.conv2d(weight: weight).dtype == .float32)
    #expect(try #require(weight.gradient).dtype == .float32)
    #expect(try #require(weight.gradient).floats() == [Float](repeating: 4, count: 54))
  }

  @Test func seesChangedWeightsInTheNextAutocast() throws {
    let x = try Tensor.ones([1, 1, 1, 1])
    let weight = try Tensor.ones([1, 1, 1, 1]).requiringGradient()
    for expected in [1.0, 2.0] {
      let y = try withAutocast(.bfloat16) { try x.conv2d(weight: weight) }
      #expect(try y.item() == expected)
      try weight.fill(with: 2)
    }
  }

  @Test func restoresAutocastAfterAnError() throws {
    struct Failure: Error {}
    #expect(throws: Failure.self) { try withAutocast(.bfloat16) { throw Failure() } }
    #expect(throws: TensorError.unsupportedType(.uint32)) { try withAutocast(.uint32) {} }
    let x = try Tensor.ones([1, 1, 1, 1])
    #expect(try x.conv2d(weight: x).dtype == .float32)
  }

  @Test func describesTheMachine() throws {
    #expect(Runtime.threadCount >= 1)
    #expect(Runtime.libtorchVersion.split(separator: ".").count >= 3)
    let numerics = Runtime.numerics(on: .cpu)
    #expect(
      Set(numerics.keys) == ["libtorch", "libraries", "instruction set", "oneDNN", "BLAS"])
    #expect(numerics["instruction set"] != "unknown")
    #expect(numerics.values.allSatisfy { !$0.isEmpty }, "\(numerics)")
    #expect(Runtime.numerics(on: .cpu) == numerics)
    #expect(Runtime.numerics(on: .cuda(99))["GPU"] == "unknown")
    #expect(Runtime.residentMemoryInBytes > 1_000_000)
    #expect(Runtime.peakMemoryInBytes >= Runtime.residentMemoryInBytes / 2)
    #expect(Runtime.isCUDAAvailable == (Runtime.cudaDeviceCount > 0))
    try Runtime.manualSeed(1)
  }

  @Test func setsTheThreadCount() {
    // Not put back: other suites train at the same time, and rely on this count.
    Runtime.setThreadCount(2)
    #expect(Runtime.threadCount == 2)
  }
}
