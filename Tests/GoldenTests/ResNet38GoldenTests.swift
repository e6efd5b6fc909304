import CoreAPI
import Networks
import SharedTestSupport
import TensorFiles
import Tensors
import Testing

/// ResNet-38 below PSA's classifier against a run of the reference.
@Suite(.serialized) struct ResNet38GoldenTests {
  @Test func classifierMatchesTheReference() throws {
    try golden("psa_cls") { c in
      let store = ParameterStore(seed: 0)
      let backbone = try ResNet38(store.root)
      let classes = try c.output("logits").shape[1]
      let classifier = try Conv2D(
        store.root / "fc8", inChannels: backbone.outputChannels, outChannels: classes, kernel: 1,
        bias: false)
      try load(c, into: store)
      try withoutGradient {
        let features = try backbone.features(
          of: Tensor(try c.input("image")), frozenStages: 0, ports: NoContext())
        let pooled = try features.globalAveragePool2d(keepingDimensions: true)
        try c.expect(
          try classifier(pooled).reshaped([features.shape[0], classes]).data(), matches: "logits")
        try c.expect(try classifier(features).relu().data(), matches: "cam")
      }
    }
  }
}
