import CoreAPI
import Imaging
import SharedTestSupport
import TensorFiles
import Tensors
import Testing

@testable import Networks

/// Weights of the dilated ResNet under the names of both publishers.
@Suite(.serialized) struct DeepLabResNetWeightsTests {
  private let folder: TemporaryFolder
  private var path: String { "\(folder.path)/weights.safetensors" }

  init() throws { folder = try TemporaryFolder() }

  @Test func bothPublishersFillTheSameNetwork() throws {
    let body = try generatedBody()
    for (publisher, names) in [
      (DeepLabResNetWeights.Publisher.deepLab, body.map(\.name)),
      (.torchvision, try body.map { try #require(Self.torchvisionNames[$0.name]) }),
    ] {
      var tensors = zip(names, body).map { ($0, $1.tensor) }
      // What else is in published files: a counter of every norm, and ImageNet's classifier.
      let counter = TensorData([0] as [Int64], dtype: .int64, shape: [])
      tensors += names.filter { $0.hasSuffix("running_mean") }.map {
        ("\($0.dropLast("running_mean".count))num_batches_tracked", counter)
      }
      tensors.append(("fc.weight", TensorData([0] as [Float], dtype: .float32, shape: [1])))
      try Safetensors.write(tensors, metadata: [:], to: path)

      let weights = try DeepLabResNetWeights(path)
      #expect(weights.publisher == publisher)
      let store = ParameterStore(seed: 1)
      _ = try DeepLabResNet(store.root / "net", blockCounts: Self.resNet50)
      let record = try load(weights, into: store)
      for (name, values) in body {
        #expect(try store["net.\(name)"]?.value.data() == values, "\(publisher) \(name)")
      }
      #expect(record.source == path)
    }
  }

  @Test func thePublisherDecidesImagesAndStrides() {
    typealias Publisher = DeepLabResNetWeights.Publisher
    #expect(Publisher.deepLab.normalization == .deepLab)
    #expect(Publisher.deepLab.wiring == .strideOnReduction)
    #expect(Publisher.torchvision.normalization == .imageNet)
    #expect(Publisher.torchvision.wiring == .strideOnConvolution3x3)
  }

  /// Up to the first dilated stage, the network is torchvision's ResNet-50.
  @Test func torchvisionsWeightsGiveItsFeatures() throws {
    let named = try generatedBody().map {
      (try #require(Self.torchvisionNames[$0.name]), $0.tensor)
    }
    try Safetensors.write(named, metadata: [:], to: path)
    let dilatedStore = ParameterStore(seed: 1)
    let dilated = try DeepLabResNet(
      dilatedStore.root / "net", blockCounts: Self.resNet50, wiring: .strideOnConvolution3x3)
    #expect(dilated.stages.count == DeepLabResNet.stageCount)
    _ = try load(DeepLabResNetWeights(path), into: dilatedStore)
    let plainStore = ParameterStore(seed: 0)
    let plain = try ResNet50(plainStore.root)
    #expect(try plainStore.load(Dictionary(uniqueKeysWithValues: named)).isComplete)
    let image = try Tensor.normal([1, 3, 65, 65], seed: 1)
    try withoutGradient {
      var (found, expected) = (image, image)
      for stage in 0..<3 {
        found = try dilated.stage(stage, found, statistics: .stored)
        expected = try plain.stage(stage, expected, statistics: .stored)
        #expect(found.shape == expected.shape)
        let pairs = zip(try found.floats(), try expected.floats())
        #expect(pairs.allSatisfy { abs($0 - $1) <= 1e-5 * max(1, abs($1)) }, "stage \(stage)")
      }
    }
  }

  @Test func refusesAnotherDepth() throws {
    let body = try generatedBody()
    let store = ParameterStore(seed: 1)
    _ = try DeepLabResNet(store.root / "net", blockCounts: Self.resNet50)
    try Safetensors.write(
      body.map { ($0.name, $0.tensor) }
        + [("layer4.block7.reduce.conv.weight", body[0].tensor)], metadata: [:], to: path)
    expectMessage(
      "The weight file '\(path)' does not fit the backbone 'resnet50': 1 of its tensors belong to "
        + "blocks that it lacks, the first is 'layer4.block7.reduce.conv.weight'. Name a file of "
        + "this network."
    ) { _ = try load(DeepLabResNetWeights(path), into: store) }
    try Safetensors.write(
      body.filter { !$0.name.hasPrefix("layer5.block3.increase") }.map { ($0.name, $0.tensor) },
      metadata: [:], to: path)
    expectMessage(
      "The weight file '\(path)' does not fit the backbone 'resnet50': 5 tensors are missing, the "
        + "first is 'net.layer5.block3.increase.conv.weight'. Name a file of this network."
    ) { _ = try load(DeepLabResNetWeights(path), into: store) }
  }

  /// A file of torchvision's ResNet-101 is no file of its ResNet-50, which has the first blocks of it.
  @Test func thePlainResNetRefusesAnotherDepthToo() throws {
    let published = ParameterStore(seed: 0)
    _ = try ResNet50(published.root)
    let state = try published.stateDictionary()
    try Safetensors.write(
      state + [("layer3.6.conv1.weight", state[0].1)], metadata: [:], to: path)
    let store = ParameterStore(seed: 1)
    _ = try ResNet50(store.root)
    expectMessage(
      "The weight file '\(path)' does not fit the backbone 'resnet50': 1 of its tensors belong to "
        + "blocks that it lacks, the first is 'layer3.6.conv1.weight'. Name a file of this network."
    ) { _ = try BackboneKind.resNet50.loadWeights(path, at: "", into: store, use: "test") }
  }

  // MARK: - Helpers

  private static let resNet50 = [3, 4, 6, 3]

  private func load(
    _ weights: DeepLabResNetWeights, into store: ParameterStore
  ) throws -> SupervisionRecord {
    try weights.load(at: "net", besides: "aspp", into: store, backbone: "resnet50", use: "test")
  }

  /// The tensors of a network with other weights than those that the tests begin with.
  private func generatedBody() throws -> [(name: String, tensor: TensorData)] {
    let store = ParameterStore(seed: 2)
    _ = try DeepLabResNet(store.root, blockCounts: Self.resNet50)
    return try store.stateDictionary().map { ($0.0, $0.1) }
  }

  /// torchvision's names of our tensors, found by going through torchvision's network.
  private static let torchvisionNames: [String: String] = {
    var names: [String: String] = [:]
    func add(_ ours: String, convolution: String, norm: String) {
      names["\(ours).conv.weight"] = "\(convolution).weight"
      for part in ["weight", "bias", "running_mean", "running_var"] {
        names["\(ours).bn.\(part)"] = "\(norm).\(part)"
      }
    }
    add("layer1.conv1", convolution: "conv1", norm: "bn1")
    for (stage, count) in zip(1..., resNet50) {
      for block in 0..<count {
        let (ours, theirs) = ("layer\(stage + 1).block\(block + 1)", "layer\(stage).\(block)")
        for (index, layer) in zip(1..., ["reduce", "conv3x3", "increase"]) {
          add(
            "\(ours).\(layer)", convolution: "\(theirs).conv\(index)", norm: "\(theirs).bn\(index)")
        }
        if block == 0 {
          add(
            "\(ours).shortcut", convolution: "\(theirs).downsample.0",
            norm: "\(theirs).downsample.1")
        }
      }
    }
    return names
  }()
}
