import CoreAPI
import Imaging
import SharedTestSupport
import TensorFiles
import Tensors
import Testing

@testable import Networks

/// VGG-16 in its forms against runs of the references.
@Suite(.serialized) struct VGG16GoldenTests {
  @Test func largeFieldOfViewMatchesTheReference() throws {
    try golden("vgg16_largefov") { c in
      let classifier = try c.network().entries.first { $0.name == "fc8.weight" }
      for roundsUp in [false, true] {
        let store = ParameterStore(seed: 0)
        let network = try VGG16(store.root, form: .largeFieldOfView, roundsUp: roundsUp)
        let head = try FieldOfViewHead(
          store.root, inChannels: 512, outChannels: try #require(classifier).shape[0])
        try load(c, into: store)
        for stored in c.inputNames where stored.hasSuffix(".image_bgr") {
          let name = stored.dropLast(".image_bgr".count)
          let image = try #require(try bgrImages(try c.input(stored)).first)
          let input = try Tensor.batch([Normalization.caffe(image)], on: .cpu)
          try withoutGradient {
            let outputs = try featuresByIndex(of: network, input)
            let logits = try head(try #require(outputs.last))
            let output = "\(name).logits_\(roundsUp ? "ceil" : "floor")"
            if c.outputNames.contains(output) { try c.expect(try logits.data(), matches: output) }
            // The stored maps are those of the run that rounds up.
            guard roundsUp else { return }
            for mean in c.outputNames where mean.hasPrefix("\(name).features") {
              let digits = mean.dropFirst("\(name).features".count).prefix { $0.isNumber }
              let index = try #require(Int(digits))
              try c.expect(try outputs[index].mean(along: [2, 3]).data(), matches: mean)
            }
          }
        }
      }
    }
  }

  @Test func affinityFormMatchesThePSAClassifier() throws {
    try golden("psa_vgg16_cls") { c in
      let store = ParameterStore(seed: 0)
      let network = try VGG16(store.root, form: .affinity, roundsUp: false)
      let fc6 = try Conv2D(
        store.root / "fc6", inChannels: 512, outChannels: 1024, kernel: 3, padding: 1)
      let fc7 = try Conv2D(store.root / "fc7", inChannels: 1024, outChannels: 1024, kernel: 1)
      let fc8 = try Conv2D(
        store.root / "fc8", inChannels: 1024, outChannels: try c.output("logits").shape[1],
        kernel: 1, bias: false)
      let tensors = Dictionary(uniqueKeysWithValues: try c.network().tensors())
      let names = WeightNames(kind: .vgg16, tensorNames: Array(tensors.keys))
      let report = try store.load(tensors) { names.parameterName(of: $0) }
      #expect(report.isComplete, "Case \(c.id): \(report)")
      try withoutGradient {
        let image = try #require(try rgbImages(try c.input("image")).first)
        let planes = Normalization.deepLab(image)
        try c.expect(planes.planes, matches: "input")
        let features = try network.features(of: Tensor.batch([planes], on: .cpu))
        let x = try fc7(fc6(try #require(features.last)).relu()).relu()
        let logits = try fc8(x.globalAveragePool2d(keepingDimensions: true)).flattened(from: 1)
        try c.expect(try logits.data(), matches: "logits")
        try c.expect(try fc8(x).relu().sqrt().data(), matches: "cam")
      }
    }
  }

  /// The output of every layer, by torchvision's position.
  private func featuresByIndex(of network: VGG16, _ input: Tensor) throws -> [Tensor] {
    var outputs: [Tensor] = []
    for layer in network.layers.joined() {
      outputs.append(try network.output(of: layer, outputs.last ?? input))
    }
    return outputs
  }
}
