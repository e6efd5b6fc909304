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
    let loaded = try DSRGBackbone.vgg16.loadWeights(
      path, at: "net", input: .caffe, into: store)
    #expect(loaded.record.kind == "weights" && loaded.record.source == path)
    #expect(loaded.record.use == "DSRG" && loaded.note == nil)
    for (name, values) in try store.stateDictionary() {
      let expected =
        name.contains("fc8-SEC_") ? initial[name] : try published[name]?.value.data()
      #expect(values == expected, "\(name)")
    }
  }

  /// The published `vgg16_20M` has one fc6 and one fc7, torchvision's file none of their shape.
  @Test(arguments: [true, false]) func aFileOfOneBranchStartsAllFour(hasHead: Bool) throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/vgg16.safetensors"
    let configuration = try configuration(.vgg16, ["head_width": "16"])
    let published = ParameterStore(seed: 2)
    _ = try DSRGNetwork(published.root / "net", configuration, classCount: 21)
    var tensors: [(String, TensorData)] = []
    for (name, tensor) in try published.stateDictionary() {
      let short = name.dropFirst("net.".count)
      if short.hasPrefix("features.") { tensors.append((String(short), tensor)) }
      for layer in ["fc6", "fc7"] where hasHead && short.hasPrefix("\(layer)_1.") {
        tensors.append(("\(layer).\(short.dropFirst("\(layer)_1.".count))", tensor))
      }
    }
    try Safetensors.write(tensors, metadata: [:], to: path)

    let store = ParameterStore(seed: 1)
    _ = try DSRGNetwork(store.root / "net", configuration, classCount: 3)
    let initial = Dictionary(uniqueKeysWithValues: try store.stateDictionary())
    let loaded = try DSRGBackbone.vgg16.loadWeights(
      path, at: "net", input: .caffe, into: store)
    for branch in 1...4 {
      for layer in ["fc6", "fc7"] {
        for end in ["weight", "bias"] {
          let name = "net.\(layer)_\(branch).\(end)"
          let values = try store[name]?.value.data()
          let source = try published["net.\(layer)_1.\(end)"]?.value.data()
          #expect(values == (hasHead ? source : initial[name]), "\(name)")
        }
      }
    }
    if hasHead {
      #expect(loaded.record.use == "DSRG, fc6 and fc7 of the file in every branch")
      #expect(loaded.note == nil)
    } else {
      #expect(loaded.record.use == "DSRG")
      #expect(
        loaded.note
          == "DSRG: the layers fc6_1, fc6_2, fc6_3, fc6_4, fc7_1, fc7_2, fc7_3, fc7_4 begin with "
          + "random weights, because '\(path)' has no fc6 and fc7 of their shape. Caffe's "
          + "'vgg16_20M' has them.")
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
