import TensorFiles
import Tensors
import Testing

@Suite(.serialized) struct ParameterStoreTests {
  private func convolution(
    _ path: ParameterPath, extraInputChannels: Int = 0
  ) throws -> Conv2D {
    try Conv2D(
      path, inChannels: 3, outChannels: 4, kernel: 3, extraInputChannels: extraInputChannels)
  }

  @Test func namesParametersByTheirPath() throws {
    let store = ParameterStore(seed: 1)
    _ = try convolution(store.root / "layer1" / 0 / "conv1")
    _ = try BatchNorm2D(store.root / "bn1", channels: 4)
    #expect(
      store.parameters.map(\.name) == [
        "layer1.0.conv1.weight", "layer1.0.conv1.bias", "bn1.weight", "bn1.bias",
        "bn1.running_mean", "bn1.running_var",
      ])
    #expect(
      store.parameters.map(\.role) == [.weight, .bias, .normScale, .normShift, .buffer, .buffer])
    #expect(store.parameters.map(\.isTrainable) == [true, true, true, true, false, false])
    #expect(store["bn1.bias"]?.value.shape == [4])
    #expect(store["bn2.bias"] == nil)
  }

  @Test func refusesNamesThatAreTaken() throws {
    let store = ParameterStore(seed: 1)
    _ = try convolution(store.root / "conv")
    #expect(throws: TensorError.duplicateParameter(name: "conv.weight")) {
      try convolution(store.root / "conv")
    }
  }

  @Test func drawsValuesIndependentOfOtherLayers() throws {
    let alone = ParameterStore(seed: 1)
    let second = try convolution(alone.root / "second")
    let both = ParameterStore(seed: 1)
    let first = try convolution(both.root / "first")
    let after = try convolution(both.root / "second")
    #expect(try second.weight.value.data() == after.weight.value.data())
    #expect(try second.bias?.value.data() == after.bias?.value.data())
    #expect(try first.weight.value.data() != after.weight.value.data())
    let reseeded = try convolution(ParameterStore(seed: 2).root / "second")
    #expect(try second.weight.value.data() != reseeded.weight.value.data())
  }

  @Test func keepsTheFirstInputsWhenExtraOnesAreAdded() throws {
    let plain = try convolution(ParameterStore(seed: 1).root / "conv")
    let wider = try convolution(ParameterStore(seed: 1).root / "conv", extraInputChannels: 2)
    #expect(wider.weight.value.shape == [4, 5, 3, 3])
    #expect(
      try wider.weight.value.narrow(along: 1, from: 0, count: 3).data()
        == plain.weight.value.data())
    #expect(try wider.bias?.value.data() == plain.bias?.value.data())
    let extra = try wider.weight.value.narrow(along: 1, from: 3, count: 2)
    #expect(try extra.abs().max().item() <= 1 / 27.0.squareRoot())
    #expect(try extra[0].floats() != wider.weight.value[0, 0..<2].floats())
  }

  @Test func savesAndLoads() throws {
    let source = ParameterStore(seed: 1)
    _ = try convolution(source.root / "conv")
    let target = ParameterStore(seed: 2)
    let conv = try convolution(target.root / "conv")
    let state = try Dictionary(uniqueKeysWithValues: source.stateDictionary())
    let report = try target.load(state)
    #expect(report.isComplete)
    #expect("\(report)" == "2 tensors loaded.")
    #expect(try conv.weight.value.data() == state["conv.weight"])
    #expect(conv.weight.isTrainable)
  }

  @Test func reportsWhatDidNotMatch() throws {
    let store = ParameterStore(seed: 1)
    _ = try BatchNorm2D(store.root / "bn", channels: 2)
    let two = TensorData([1, 2] as [Float], dtype: .float32, shape: [2])
    let tensors = [
      "module.bn.weight": two, "module.bn.num_batches_tracked": two, "module.fc": two,
      "module.left": two,
    ]
    let report = try store.load(tensors) { name in
      name == "module.left" ? nil : String(name.dropFirst(7))
    }
    #expect(report.matched == ["bn.weight"])
    #expect(report.missing == ["bn.bias", "bn.running_mean", "bn.running_var"])
    #expect(report.unexpected == ["module.fc"])
    #expect(
      "\(report)" == "1 tensors loaded; missing from the file: 'bn.bias', 'bn.running_mean', "
        + "'bn.running_var'; not used: 'module.fc'.")
    let many = try store.load(
      Dictionary(uniqueKeysWithValues: "abcdefg".map { (String($0), two) }))
    #expect(
      "\(many)" == "0 tensors loaded; missing from the file: 'bn.weight', 'bn.bias', "
        + "'bn.running_mean', 'bn.running_var'; not used: 'a', 'b', 'c', 'd', 'e' and 2 more.")
  }

  @Test func convertsTypesAndAcceptsAliases() throws {
    let store = ParameterStore(seed: 1)
    let norm = try BatchNorm2D(store.root / "bn", channels: 2)
    let values = TensorData([1.5, 2.5] as [Double], dtype: .float64, shape: [2])
    try store.load(["a": values, "b": values]) { _ in "bn.weight" }
    #expect(try norm.weight.value.floats() == [1.5, 2.5])
    let other = TensorData([1, 1] as [Double], dtype: .float64, shape: [2])
    #expect(throws: TensorError.conflictingTensors(name: "bn.weight", first: "a", second: "b")) {
      try store.load(["a": values, "b": other]) { _ in "bn.weight" }
    }
  }

  @Test func changesNothingWhenAShapeDiffers() throws {
    let store = ParameterStore(seed: 1)
    let norm = try BatchNorm2D(store.root / "bn", channels: 2)
    let tensors = [
      "bn.bias": TensorData([1, 2] as [Float], dtype: .float32, shape: [2]),
      "bn.weight": TensorData([1, 2, 3] as [Float], dtype: .float32, shape: [3]),
    ]
    #expect(throws: TensorError.shapeMismatch(name: "bn.weight", found: [3], expected: [2])) {
      try store.load(tensors)
    }
    #expect(try norm.bias.value.floats() == [0, 0])
  }
}
