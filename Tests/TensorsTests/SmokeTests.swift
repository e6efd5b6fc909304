import TensorFiles
import Tensors
import Testing

@Suite(.serialized) struct SmokeTests {
  @Test func trains() throws {
    Runtime.setThreadCount(2)
    let store = ParameterStore(seed: 1)
    let conv = try Conv2D(store.root / "conv", inChannels: 3, outChannels: 8, kernel: 3, padding: 1)
    let norm = try BatchNorm2D(store.root / "bn", channels: 8)
    let head = try Linear(store.root / "head", inputs: 8, outputs: 4)
    let x = try Tensor.normal([2, 3, 16, 16], seed: 3)
    let y = try Tensor([1, 0, 0, 1, 0, 1, 0, 1] as [Float], shape: [2, 4])
    let optimizer = SGD(groups: [ParameterGroup(store.parameters)], momentum: 0.9)
    var losses: [Double] = []
    for _ in 0..<20 {
      try optimizer.zeroGradients()
      let logits = try head(try norm(try conv(x)).relu().globalAveragePool2d())
      let loss = try Tensor.multilabelSoftMarginLoss(logits, y)
      try loss.backward()
      try optimizer.step(rate: 0.5)
      losses.append(try loss.item())
    }
    #expect(losses[19] < 0.5 * losses[0])
    print(losses[0], losses[19], Runtime.cpuCapability, Runtime.hasFastBFloat16)
    #expect(try x[0].shape == [3, 16, 16])
    #expect(try x[.all, 1..<3, 0..., ...4].shape == [2, 2, 16, 5])
  }
}
