import CoreAPI
import SharedTestSupport
import TensorFiles
import Tensors
import Testing

@testable import Networks

/// torchvision's MobileNetV2, whose batch norms stand apart from its convolutions.
@Suite(.serialized) struct MobileNetV2PublishedWeightsTests {
  /// A convolution of torchvision's file with the names of it, of its norm, and of ours.
  private struct Layer {
    var ours: String
    var convolution: String
    var norm: String
    var shape: [Int]
  }

  /// The layers as in `mobilenetv2.py`.
  private static let layers: [Layer] = {
    var layers = [
      Layer(
        ours: "stem", convolution: "features.0.0", norm: "features.0.1", shape: [32, 3, 3, 3])
    ]
    var (channels, block) = (32, 0)
    for (expansion, outputs, count) in [
      (1, 16, 1), (6, 24, 2), (6, 32, 3), (6, 64, 4), (6, 96, 3), (6, 160, 3), (6, 320, 1),
    ] {
      for _ in 0..<count {
        let (path, ours) = ("features.\(block + 1).conv", "blocks.\(block)")
        let width = channels * expansion
        var position = 0
        if expansion > 1 {
          layers.append(
            Layer(
              ours: "\(ours).expand", convolution: "\(path).0.0", norm: "\(path).0.1",
              shape: [width, channels, 1, 1]))
          position = 1
        }
        layers += [
          Layer(
            ours: "\(ours).depthwise", convolution: "\(path).\(position).0",
            norm: "\(path).\(position).1", shape: [width, 1, 3, 3]),
          Layer(
            ours: "\(ours).project", convolution: "\(path).\(position + 1)",
            norm: "\(path).\(position + 2)", shape: [outputs, width, 1, 1]),
        ]
        channels = outputs
        block += 1
      }
    }
    layers.append(
      Layer(
        ours: "head", convolution: "features.18.0", norm: "features.18.1",
        shape: [1280, 320, 1, 1]))
    return layers
  }()

  /// torchvision's file with values at random.
  private func publishedTensors() throws -> [(String, TensorData)] {
    var tensors: [(String, TensorData)] = []
    var seed: UInt64 = 0
    func draw(_ shape: [Int]) throws -> Tensor {
      seed += 1
      return try Tensor.normal(shape, seed: seed)
    }
    for layer in Self.layers {
      let channels = [layer.shape[0]]
      tensors += [
        ("\(layer.convolution).weight", try draw(layer.shape).data()),
        ("\(layer.norm).weight", try draw(channels).data()),
        ("\(layer.norm).bias", try draw(channels).data()),
        ("\(layer.norm).running_mean", try draw(channels).data()),
        ("\(layer.norm).running_var", try (draw(channels).square() + 0.1).data()),
        ("\(layer.norm).num_batches_tracked", TensorData([9] as [Int64], dtype: .int64, shape: [])),
      ]
    }
    tensors.append(("classifier.1.weight", try draw([1000, 1280]).data()))
    tensors.append(("classifier.1.bias", try draw([1000]).data()))
    return tensors
  }

  private func load(_ tensors: [(String, TensorData)]) throws -> ParameterStore {
    try withTemporaryFolder { folder in
      let path = "\(folder)/mobilenet_v2.safetensors"
      try Safetensors.write(tensors, metadata: [:], to: path)
      let store = ParameterStore(seed: 1)
      _ = try MobileNetV2(store.root / "backbone")
      _ = try BackboneKind.mobileNetV2.loadWeights(path, at: "backbone", into: store, use: "test")
      return store
    }
  }

  @Test func everyConvolutionGivesWhatItAndItsNormGave() throws {
    let published = try publishedTensors()
    let store = try load(published)
    let tensors = Dictionary(uniqueKeysWithValues: try published.map { ($0.0, try Tensor($0.1)) })
    for layer in Self.layers {
      let groups = layer.shape[1] == 1 ? layer.shape[0] : 1
      let input = try Tensor.normal([1, layer.shape[1] * groups, 5, 6], seed: 99)
      func channel(_ name: String) throws -> Tensor {
        try #require(tensors["\(layer.norm).\(name)"]).reshaped([1, layer.shape[0], 1, 1])
      }
      try withoutGradient {
        let plain = try input.conv2d(
          weight: #require(tensors["\(layer.convolution).weight"]), groups: groups)
        let deviation = try (channel("running_var") + 1e-5).sqrt()
        let expected =
          try (plain - channel("running_mean")) / deviation * channel("weight") + channel("bias")
        let actual = try input.conv2d(
          weight: #require(store["backbone.\(layer.ours).weight"]).value,
          bias: #require(store["backbone.\(layer.ours).bias"]).value, groups: groups)
        let tolerance = GoldenTolerance(absolute: 1e-4, relative: 1e-5)
        #expect(
          tolerance.failure(of: try actual.data(), against: try expected.data()) == nil,
          "\(layer.ours)")
      }
    }
  }

  @Test func aConvolutionWithoutItsNormIsMissing() throws {
    let tensors = try publishedTensors().filter { $0.0 != "features.3.conv.3.running_var" }
    let text = message { _ = try load(tensors) }
    #expect(
      text.contains(
        "does not fit the backbone 'mobilenetv2': 2 tensors are missing, the first is "
          + "'backbone.blocks.2.project.weight'."))
  }

  @Test func theNetsOfOtherWiringsAreRefused() throws {
    let name = "mobilenetv2_bn_imagenet_gluon"
    guard let weights = requireShared("data/weights/\(name).safetensors") else { return }
    let store = ParameterStore(seed: 1)
    _ = try MobileNetV2(store.root / "backbone")
    expectMessage(
      "The weight file '\(weights)' does not fit the backbone 'mobilenetv2': 104 tensors are "
        + "missing, the first is 'backbone.stem.weight'. Name a file of this network."
    ) {
      _ = try BackboneKind.mobileNetV2.loadWeights(
        weights, at: "backbone", into: store, use: "test")
    }
  }
}
