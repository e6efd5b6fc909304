import TensorFiles
import Tensors
import Testing

@Suite(.serialized) struct AdamTests {
  /// Two groups on L = sum(a (w - 1.5)²) / 2 + 0.3 (sum of all)².
  private func trained(_ steps: Int, resumingAt pause: Int? = nil) throws -> [Float] {
    let store = ParameterStore(seed: 0)
    let weight = try store.root.parameter("w", shape: [3], role: .weight, initializer: .zeros)
    let bias = try store.root.parameter("b", shape: [1], role: .bias, initializer: .zeros)
    try withoutGradient {
      try weight.value.copy(from: Tensor([1, -2, 0.5] as [Float], shape: [3]))
      try bias.value.copy(from: Tensor([0.25] as [Float], shape: [1]))
    }
    let factors = try Tensor([1, 0.5, 2] as [Float], shape: [3])
    let groups = [
      ParameterGroup([weight], weightDecay: 0.01), ParameterGroup([bias], rateMultiplier: 2),
    ]
    var adam = Adam(groups: groups)
    for step in 0..<steps {
      if step == pause {
        let state = try adam.state()
        adam = Adam(groups: groups)
        try adam.load(state: Dictionary(uniqueKeysWithValues: state))
      }
      try adam.zeroGradients()
      let sum = try weight.value.sum() + bias.value.sum()
      let loss = try (factors * (weight.value - 1.5).square()).sum() * 0.5 + sum.square() * 0.3
      try loss.backward()
      try adam.step(rate: 0.1)
    }
    return try weight.value.floats() + bias.value.floats()
  }

  /// The numbers of torch.optim.AdamW, torch 2.13.0, after five steps.
  @Test func agreesWithPyTorch() throws {
    let expected: [Float] = [1.30885923, -1.50268865, 0.973830163, 0.016606376]
    for (value, reference) in zip(try trained(5), expected) {
      // Both compute in single precision, five steps of size 0.1.
      #expect(abs(value - reference) < 2e-6)
    }
  }

  @Test func continuesFromItsStateToTheBit() throws {
    #expect(try trained(6, resumingAt: 3) == trained(6))
  }

  @Test func refusesTheStateOfOtherParameters() throws {
    let adam = Adam(groups: [])
    #expect(throws: TensorError.unknownParameter(name: "first/w")) {
      try adam.load(state: ["first/w": TensorData([0 as Float], dtype: .float32, shape: [1])])
    }
  }
}
