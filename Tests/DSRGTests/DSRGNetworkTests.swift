import CoreAPI
import Imaging
import Networks
import PluginTestSupport
import SharedTestSupport
import TensorFiles
import Tensors
import Testing

@testable import DSRG

@Suite(.serialized) struct DSRGNetworkTests {
  private func configuration(
    _ backbone: DSRGBackbone, _ values: [String: String] = [:]
  ) throws -> NetworkConfiguration {
    try NetworkConfiguration(
      ConfigurationReader(section: values.merging(["backbone": backbone.rawValue]) { $1 }))
  }

  @Test(arguments: [
    (DSRGBackbone.vgg16, 13), (.resNet101, 13), (.mobileNetV2, 7), (.tiny, 25),
  ])
  func scoreMapsHaveTheBackbonesStride(backbone: DSRGBackbone, side: Int) throws {
    let store = ParameterStore(seed: 1)
    let network = try DSRGNetwork(
      store.root / "net", configuration(backbone, ["head_width": "16"]), classCount: 3)
    let size = ImageSize(width: 97, height: 97)
    #expect(try network.mapSize(of: size, on: .cpu) == ImageSize(width: side, height: side))
    let scores = try withoutGradient { try network(Tensor.normal([1, 3, 97, 97], seed: 1)) }
    #expect(scores.shape == [1, 3, side, side])
  }

  @Test func normLayersOfTheResNetStayAsTheyAre() throws {
    let store = ParameterStore(seed: 1)
    _ = try DSRGNetwork(store.root / "net", configuration(.resNet101), classCount: 3)
    for parameter in store.parameters {
      let isLearned = parameter.role == .weight || parameter.role == .bias
      #expect(parameter.isTrainable == isLearned, "\(parameter.name)")
    }
  }

  @Test func frozenStagesGetNoGradient() throws {
    let store = ParameterStore(seed: 1)
    let network = try DSRGNetwork(
      store.root / "net", configuration(.tiny, ["frozen_stages": "2"]), classCount: 2)
    try network(Tensor.ones([2, 3, 32, 32]), sampleSeeds: [1, 2]).sum().backward()
    for parameter in store.parameters where parameter.isTrainable {
      let isFrozen = ["net.stage1.", "net.stage2."].contains { parameter.name.hasPrefix($0) }
      #expect((parameter.value.gradient == nil) == isFrozen, "\(parameter.name)")
    }
  }

  @Test func dropoutActsInTrainingOnly() throws {
    let store = ParameterStore(seed: 1)
    let network = try DSRGNetwork(
      store.root / "net", configuration(.vgg16, ["head_width": "16"]), classCount: 2)
    try withoutGradient {
      let image = try Tensor.normal([1, 3, 33, 33], seed: 1)
      let scores = try network(image)
      let dropped = try network(image, sampleSeeds: [1])
      // Suites run beside each other, and convolutions divide their sums by the free threads.
      func difference(_ a: Tensor, _ b: Tensor) throws -> Float {
        try (a - b).abs().floats().max() ?? 0
      }
      #expect(try difference(network(image), scores) < 1e-5)
      #expect(try difference(network(image, sampleSeeds: [1]), dropped) < 1e-5)
      #expect(try difference(dropped, scores) > 1e-3)
    }
  }

  /// A published file has Caffe's names, and a last layer of other classes.
  @Test func loadsPublishedWeightsWithTheirBranches() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/vgg16.safetensors"
    let configuration = try configuration(.vgg16, ["head_width": "16"])
    let published = ParameterStore(seed: 2)
    _ = try DSRGNetwork(published.root / "net", configuration, classCount: 5)
    var index = [0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28][...]
    var caffe: [Int: String] = [:]
    for (block, count) in [2, 2, 3, 3, 3].enumerated() {
      for layer in 1...count { caffe[index.removeFirst()] = "conv\(block + 1)_\(layer)" }
    }
    var tensors: [(String, TensorData)] = []
    for (name, tensor) in try published.stateDictionary() {
      var parts = name.split(separator: ".").dropFirst().map(String.init)
      if parts[0] == "features", let position = Int(parts[1]), let layer = caffe[position] {
        parts.replaceSubrange(0...1, with: [layer])
      }
      tensors.append((parts.joined(separator: "."), tensor))
    }
    try Safetensors.write(tensors, metadata: [:], to: path)

    let store = ParameterStore(seed: 1)
    _ = try DSRGNetwork(store.root / "net", configuration, classCount: 2)
    let initial = Dictionary(uniqueKeysWithValues: try store.stateDictionary())
    let record = try DSRGBackbone.vgg16.loadWeights(
      path, at: "net", input: .caffe, into: store)
    #expect(record.kind == "weights" && record.source == path)
    for (name, values) in try store.stateDictionary() {
      let expected =
        name.contains("fc8-SEC_") ? initial[name] : try published[name]?.value.data()
      #expect(values == expected, "\(name)")
    }
  }

  /// Weights only work with their own images, which `input` names.
  @Test func refusesWeightsOfOtherImages() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/resnet101.safetensors"
    let tensor = TensorData([0] as [Float], dtype: .float32, shape: [1])
    try Safetensors.write([("layer1.0.conv1.weight", tensor)], metadata: [:], to: path)
    let store = ParameterStore(seed: 1)
    expectMessage(
      "The weight file '\(path)' was trained on images as 'input: imagenet' gives them, but 'input' "
        + "is 'caffe'. Set 'input: imagenet'."
    ) {
      _ = try DSRGBackbone.resNet101.loadWeights(path, at: "net", input: .caffe, into: store)
    }
  }
}
