import CoreAPI
import Imaging
import SharedTestSupport
import TensorFiles
import Tensors
import Testing

@testable import Harness

/// The do-operator's formulas against a reimplementation of the paper's, in `float64`.
@Suite(.serialized) struct InterventionGoldenTests {
  private static let equations = ["conta_eq3_tiny", "conta_eq3", "conta_eq3_bias"]

  @Test(arguments: equations)
  func contextMapsMatchEquation3(name: String) throws {
    try golden(name) { c in
      // The manifest's formula divides by n: every confounder is equally likely.
      let count = try c.integer("n")
      let leaves = try Dictionary(
        uniqueKeysWithValues: ["W1", "W2", "b1", "b2"].filter { c.inputNames.contains($0) }
          .map { ($0, try Tensor(try c.input($0)).requiringGradient()) })
      let adjustment = BackdoorAdjustment(
        confounders: try Tensor(try c.input("c")),
        prior: try Tensor([Double](repeating: 1 / Double(count), count: count), shape: [1, count]),
        queryWeight: try #require(leaves["W1"]), keyWeight: try #require(leaves["W2"]),
        queryBias: leaves["b1"], keyBias: leaves["b2"])
      let result = try adjustment(Tensor(try c.input("x")))
      try c.expect(try result.logits.data(), matches: "logits")
      try c.expect(try result.attention.data(), matches: "alpha")
      try c.expect(try result.contextMaps.data(), matches: "M")
      try result.contextMaps.backward(gradient: Tensor(try c.input("upstream")))
      for (name, leaf) in leaves.sorted(by: { $0.key < $1.key }) {
        try c.expect(try #require(leaf.gradient).data(), matches: "grad_\(name)")
      }
    }
  }

  /// At the port M is resampled to the features and appended to them; `widen` does nothing else.
  @Test(arguments: equations)
  func fusionAppendsTheResampledContextMap(name: String) throws {
    try golden(name) { c in
      guard c.inputNames.contains("feature") else { return }
      let features = try Tensor(try c.input("feature"))
      let shape = features.shape
      let maps = try Tensor(try c.output("M")).reshaped([
        shape[0], 1, try c.integer("h"), try c.integer("w"),
      ])
      let fusion = try FusionLayer(
        .widen, ParameterStore(seed: 0).root / "fusion", channels: shape[1], contextChannels: 1)
      let context = try maps.interpolated(to: (shape[2], shape[3]), mode: .bilinear)
      try c.expect(try fusion(features, context).data(), matches: "concat")
    }
  }

  @Test func confoundersMatchEveryDefinition() throws {
    try golden("conta_confounders") { c in
      var accumulator = ConfounderSet.Accumulator(
        classCount: try c.integer("classes"), size: try c.integer("size"))
      for index in 0..<(try c.integer("images")) {
        let data = try c.input("map.\(index)")
        accumulator.add(
          LabelMap(
            width: data.shape[1], height: data.shape[0], indices: data.values(as: UInt8.self)))
      }
      for (name, average) in [
        ("per_class_mean", ConfounderSet.Average.imagesWithClass),
        ("per_class_mean_resized", .imagesWithReducedClass), ("all_images_mean", .allImages),
        ("third_party", .allImagesFromOnes),
      ] {
        try c.expect(accumulator.averages(average), matches: name)
      }
      try c.expect(accumulator.counts(.imagesWithClass), matches: "count_original")
      try c.expect(accumulator.counts(.imagesWithReducedClass), matches: "count_resized")
    }
  }
}
