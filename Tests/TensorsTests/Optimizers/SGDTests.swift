import TensorFiles
import Tensors
import Testing

@Suite(.serialized) struct SGDTests {
  private func parameter(_ name: String, _ values: [Double]) throws -> Parameter {
    try Parameter(name: name, role: .weight, value: Tensor(of: values))
  }

  /// Sets the gradient of a parameter to `value`.
  private func setGradient(_ parameter: Parameter, _ value: Double) throws {
    try parameter.zeroGradient()
    try (parameter.value * value).sum().backward()
  }

  @Test func stepsAsPyTorchAndCaffeWhenTheRateChanges() throws {
    // Gradient 2, momentum 0.5, rates 0.1 and 0.01.
    // pytorch: v = 2, then 3; w = 1 - 0.2 - 0.03.  caffe: v = 0.2, then 0.12; w = 1 - 0.2 - 0.12.
    for (form, expected) in [(SGD.Form.pytorch, 0.77), (.caffe, 0.68)] {
      let w = try parameter("w", [1])
      let optimizer = SGD(groups: [ParameterGroup([w])], momentum: 0.5, form: form)
      for rate in [0.1, 0.01] {
        try setGradient(w, 2)
        try optimizer.step(rate: rate)
      }
      expectClose(try w.value.doubles(), [expected], 1e-12)
    }
  }

  @Test(arguments: SGD.Form.allCases)
  func stepsWithoutMomentumAsPlainDescent(form: SGD.Form) throws {
    let w = try parameter("w", [1, 2])
    let group = ParameterGroup([w], rateMultiplier: 10, weightDecay: 0.5)
    let optimizer = SGD(groups: [group], momentum: 0, form: form)
    try setGradient(w, 2)
    try optimizer.step(rate: 0.01)
    // w - 0.1 * (2 + 0.5 w)
    expectClose(try w.value.doubles(), [0.75, 1.7], 1e-12)
    #expect(try optimizer.state().isEmpty)
  }

  @Test func passesOverParametersWithoutGradient() throws {
    let used = try parameter("used", [1])
    let unused = try parameter("unused", [1])
    let frozen = try parameter("frozen", [1])
    try setGradient(frozen, 1)
    frozen.isTrainable = false
    let optimizer = SGD(
      groups: [ParameterGroup([unused, used, frozen], weightDecay: 1)], momentum: 0.9)
    try setGradient(used, 1)
    try optimizer.step(rate: 0.1)
    #expect(try unused.value.item() == 1)
    #expect(try frozen.value.item() == 1)
    expectClose([try used.value.item()], [0.8], 1e-12)
    try optimizer.zeroGradients()
    #expect(used.value.gradient == nil)
  }

  @Test func continuesFromItsState() throws {
    let through = try parameter("w", [1, 2])
    let whole = SGD(groups: [ParameterGroup([through])], momentum: 0.9)
    let stopped = try parameter("w", [1, 2])
    var part = SGD(groups: [ParameterGroup([stopped])], momentum: 0.9)
    for step in 0..<4 {
      if step == 2 {
        let state = try Dictionary(uniqueKeysWithValues: part.state())
        part = SGD(groups: [ParameterGroup([stopped])], momentum: 0.9)
        try part.load(state: state)
      }
      for (w, optimizer) in [(through, whole), (stopped, part)] {
        try setGradient(w, Double(step + 1))
        try optimizer.step(rate: 0.1)
      }
    }
    #expect(try through.value.data() == stopped.value.data())
  }

  @Test func refusesTheStateOfAnotherModel() throws {
    let optimizer = SGD(groups: [ParameterGroup([try parameter("w", [1])])], momentum: 0.9)
    let two = TensorData([1, 2] as [Double], dtype: .float64, shape: [2])
    #expect(throws: TensorError.shapeMismatch(name: "w", found: [2], expected: [1])) {
      try optimizer.load(state: ["w": two])
    }
    #expect(throws: TensorError.unknownParameter(name: "v")) {
      try optimizer.load(state: ["v": two])
    }
  }
}
