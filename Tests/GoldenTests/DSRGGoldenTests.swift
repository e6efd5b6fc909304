import CoreAPI
import Essentials
import Imaging
import SharedTestSupport
import TensorFiles
import Tensors
import Testing

@testable import DSRG
@testable import Networks

/// DSRG's region growing, losses and network against runs of the reference.
@Suite(.serialized) struct DSRGGoldenTests {
  @Test func regionsGrowAsInTheReference() throws {
    try golden("dsrg_grow") { c in
      let maps = c.inputNames.filter { $0.hasSuffix(".probs") }.map { $0.dropLast(6) }
      #expect(!maps.isEmpty)
      for map in maps.map(String.init) {
        let growing = SeededRegionGrowing(
          foregroundThreshold: try c.double(map, "th2_fg"),
          backgroundThreshold: try c.double(map, "th1_bg"))
        let grown = growing.grown(
          try cues(c.input("\(map).cues"))[0],
          probabilities: try c.input("\(map).probs").floats(),
          present: try present(c.input("\(map).labels"))[0])
        try c.expect(grown.marks, matches: "\(map).grown")
      }
    }
  }

  @Test(arguments: ["dsrg_losses_small", "dsrg_losses_full"])
  func lossesAndGradientsMatchTheReference(name: String) throws {
    try golden(name) { c in
      let logits = try Tensor(c.input("logits")).requiringGradient()
      let probabilities = try GrowingLoss.probabilities(of: logits)
      try c.expect(try probabilities.detached().data(), matches: "probs")

      let loss = try loss(c, passesThroughCRF: true)
      let stopped = try self.loss(c, passesThroughCRF: false)
      let images = try bgrImages(c.input("images_bgr")).map {
        BoundaryRefinement.image(
          of: Normalization.caffe($0), normalization: .caffe,
          size: ImageSize(width: logits.shape[3], height: logits.shape[2]))
      }
      let refined = try loss.refinement(probabilities.detached(), images: images)
      try c.expect(try refined.log().data(), matches: "log_q")

      let cues = try cues(c.input("cues"))
      let present = try present(c.input("labels"))
      let terms = try loss(probabilities, images: images, cues: cues, present: present)
      try c.expect(try Tensor.cues(terms.grown, on: .cpu).data(), matches: "cues_new")
      try c.expect(try terms.seed.detached().data(), matches: "loss_seed")
      try c.expect(try terms.boundary.detached().data(), matches: "loss_boundary")

      // Gradients are compared at the reference's own result of the CRF.
      let constant = try Tensor(c.output("log_q")).exp()
      let exact = try loss.terms(probabilities, refined: constant, cues: cues, present: present)
      let direct = try stopped.terms(
        probabilities, refined: constant, cues: cues, present: present)
      for (output, scalar) in [
        ("grad_seed", exact.seed), ("grad_boundary_direct", direct.boundary),
        ("grad_total", try exact.seed + exact.boundary),
        ("grad_boundary_via_crf", try exact.boundary - direct.boundary),
      ] where c.outputNames.contains(output) {
        try c.expect(try gradient(of: scalar, by: logits).data(), matches: output)
      }
      if c.outputNames.contains("dlogq") {
        let leaf = try Tensor(c.output("log_q")).requiringGradient()
        let boundary = try stopped.terms(
          probabilities.detached(), refined: leaf.exp(), cues: cues, present: present
        ).boundary
        try c.expect(try gradient(of: boundary, by: leaf).data(), matches: "dlogq")
      }
    }
  }

  @Test func fourBranchesMatchTheReference() throws {
    try golden("dsrg_vgg16") { c in
      let store = ParameterStore(seed: 0)
      let configuration = try NetworkConfiguration(ConfigurationReader(emptySectionAt: "expander"))
      let classifier = try c.network().entries.first { $0.name == "fc8-SEC_1.weight" }
      let network = try DSRGNetwork(
        store.root / "net", configuration, classCount: try #require(classifier).shape[0])
      let names = WeightNames(kind: .vgg16, tensorNames: [])
      let report = try store.load(
        Dictionary(uniqueKeysWithValues: c.network().tensors()),
        renaming: { names.parameterName(of: $0).map { "net.\($0)" } })
      #expect(report.isComplete, "Case \(c.id): \(report)")
      for input in c.inputNames where input.hasSuffix(".image_bgr") {
        let name = input.dropLast(".image_bgr".count)
        let image = try #require(try bgrImages(c.input(input)).first)
        try withoutGradient {
          let batch = try Tensor.batch([Normalization.caffe(image)], on: .cpu)
          try c.expect(
            try network.features(of: batch).mean(along: [2, 3]).data(),
            matches: "\(name).pool5a_channel_mean")
          try c.expect(try network(batch).data(), matches: "\(name).logits")
          try c.expect(
            try network.branchScores(batch)[2].data(), matches: "\(name).branch3")
        }
      }
    }
  }

  // MARK: - Support

  /// Returns the derivative of a scalar, which may be taken more than once.
  private func gradient(of loss: Tensor, by leaf: Tensor) throws -> Tensor {
    if let gradient = leaf.gradient { try gradient.zero() }
    try loss.backward(keepingGraph: true)
    return try #require(leaf.gradient).cloned()
  }

  private func loss(_ c: GoldenCase, passesThroughCRF: Bool) throws -> GrowingLoss {
    // The reference has these as constants, and so does the loss.
    try #require(try c.double("min_prob") == 1e-4)
    try #require(c.parameters["clip"].array?.compactMap(\.double) == [0.05, 20])
    let crf = c.parameters["crf"]
    let loss = GrowingLoss(
      growing: SeededRegionGrowing(
        foregroundThreshold: try c.double("th2_fg"), backgroundThreshold: try c.double("th1_bg")),
      crfScale: try c.number(/scale factor (\d+(?:\.\d+)?)/, in: crf),
      passesThroughCRF: passesThroughCRF)
    let iterations = Int(try c.number(/(\d+) iterations/, in: crf))
    try #require(loss.refinement.parameters.iterationCount == iterations)
    return loss
  }

  /// Returns the cues of `[images, classes, height, width]` or `[classes, height, width]`.
  private func cues(_ data: TensorData) -> [LocalizationCues] {
    let shape = Array(data.shape.suffix(3))
    let count = shape.reduce(1, *)
    let values = data.values(as: UInt8.self)
    return stride(from: 0, to: values.count, by: count).map { start in
      var cues = LocalizationCues(
        classCount: shape[0], size: ImageSize(width: shape[2], height: shape[1]))
      cues.marks = Array(values[start..<start + count])
      return cues
    }
  }

  /// Returns the present classes of `[images, classes]` or `[classes]`.
  private func present(_ data: TensorData) throws -> [[Int]] {
    let classCount = try #require(data.shape.last)
    let values = data.values(as: UInt8.self)
    return stride(from: 0, to: values.count, by: classCount).map { start in
      (0..<classCount).filter { values[start + $0] == 1 }
    }
  }
}
