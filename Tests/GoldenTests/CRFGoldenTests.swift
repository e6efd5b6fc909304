import Essentials
import SharedTestSupport
import TensorFiles
import Testing

@testable import Imaging

/// The dense CRF against runs of pydensecrf.
@Suite struct CRFGoldenTests {
  // MARK: - Inference

  @Test(arguments: ["crf_A", "crf_Aprime", "crf_A_steps", "crf_D", "crf_E"])
  func matchesTheReferenceOnScores(name: String) throws {
    try golden(name) { try expectInference($0) { .fromSoftmax($0, labelCount: $1) } }
  }

  @Test(arguments: ["crf_B", "crf_B_2labels"])
  func matchesTheReferenceOnHardLabels(name: String) throws {
    try golden(name) { golden in
      let labels = try golden.input("labels")
      let map = LabelMap(
        width: labels.shape[1], height: labels.shape[0],
        indices: try golden.bytes("labels"))
      let labelCount = try golden.output("unary").shape[0]
      let energies = UnaryEnergies.fromLabels(
        map, labelCount: labelCount,
        certainty: try golden.number(/gt_prob (\d+(?:\.\d+)?)/, in: golden.entry["title"]))
      try expectInference(golden, energies: energies)
    }
  }

  @Test func matchesTheReferenceOnLogits() throws {
    try golden("crf_C_sec") { try expectInference($0) { .fromLogits($0, labelCount: $1) } }
  }

  @Test func matchesTheReferenceOnBareProbabilities() throws {
    try golden("crf_C_dsrg") {
      try expectInference($0) { .fromProbabilities($0, labelCount: $1) }
    }
  }

  @Test(arguments: [
    ("crf_A", DenseCRFParameters.seamLabels), ("crf_Aprime", .secInference),
    ("crf_B", .irnLabels), ("crf_C_sec", .secTraining), ("crf_D", .deepLabV2),
    ("crf_E", .deepLabV1ResNet38),
  ])
  func namedSettingsAreThoseOfTheReferences(name: String, named: DenseCRFParameters) throws {
    guard SharedFolder.goldenOverride == nil else { return }
    try golden(name) { golden in
      var expected = try parameters(of: golden)
      expected.iterationCount = try golden.integers("iterations").max() ?? 0
      #expect(named == expected)
    }
  }

  private func expectInference(
    _ golden: GoldenCase, energies: ([Float], Int) -> UnaryEnergies
  ) throws {
    let scores = try golden.input("scores")
    try expectInference(golden, energies: energies(scores.floats(), scores.shape[0]))
  }

  private func expectInference(_ golden: GoldenCase, energies: UnaryEnergies) throws {
    try golden.expect(energies.values, matches: "unary")
    // Where the reference wraps the colours to bytes, the case stores the wrapped image.
    let name = golden.inputNames.contains("image_wrapped") ? "image_wrapped" : "image"
    let shape = try golden.input(name).shape
    let image = RGBImage(width: shape[1], height: shape[0], pixels: try golden.bytes(name))
    let crf = DenseCRF(image: image, parameters: try parameters(of: golden))
    for iterations in try golden.integers("iterations") {
      try golden.expect(
        crf.infer(energies, iterations: iterations), matches: "q\(iterations)")
    }
  }

  private func parameters(of golden: GoldenCase) throws -> DenseCRFParameters {
    DenseCRFParameters(
      smoothnessDeviation: try golden.double("gaussian_sxy"),
      smoothnessWeight: try golden.double("gaussian_compat"),
      appearanceDeviation: try golden.double("bilateral_sxy"),
      colorDeviation: try golden.double("bilateral_srgb"),
      appearanceWeight: try golden.double("bilateral_compat"), iterationCount: 1)
  }

  // MARK: - Lattice

  @Test func latticeMatchesTheReference() throws {
    try golden("crf_lattice") { golden in
      for input in golden.inputNames where input.hasSuffix(".features") {
        let name = String(input.dropLast(".features".count))
        try expectLattice(name, of: golden)
      }
    }
  }

  private func expectLattice(_ name: String, of golden: GoldenCase) throws {
    let features = try golden.input("\(name).features")
    let (dimension, pointCount) = (features.shape[0], features.shape[1])
    let coordinates = features.floats()
    let point = { (index: Int) in
      var result = SIMD8<Float>()
      for axis in 0..<dimension { result[axis] = coordinates[axis * pointCount + index] }
      return result
    }
    let lattice = PermutohedralLattice(
      pointCount: pointCount, dimension: dimension, threads: 2, features: point)
    try expectVertexCount(of: lattice, name, in: golden)
    try golden.expect(lattice.weights, matches: "\(name).barycentric")
    if golden.outputNames.contains("\(name).rank") {
      let finder = PermutohedralSimplexFinder(dimension: dimension)
      var ranks = [Int32](repeating: 0, count: pointCount * (dimension + 1))
      var weights = [Float](repeating: 0, count: dimension + 1)
      for index in 0..<pointCount {
        let order = finder.locate(point(index), weights: &weights).order
        for rank in 0...dimension {
          let axis = Int((order >> UInt32(4 * rank)) & 15)
          ranks[index * (dimension + 1) + axis] = Int32(rank)
        }
      }
      try golden.expect(ranks, matches: "\(name).rank")
    }

    let values = try golden.input("\(name).values")
    let (channelCount, channels) = (values.shape[0], values.floats())
    // The lattice filters four channels at a time.
    let groups = stride(from: 0, to: channelCount, by: 4).map { start in
      start..<min(start + 4, channelCount)
    }
    for (suffix, reversed) in [("filtered", false), ("filtered_reverse", true)] {
      let filtered = groups.flatMap { group -> [Float] in
        let input = (0..<pointCount).map { index in
          var result = SIMD4<Float>()
          for channel in group {
            result[channel - group.lowerBound] = channels[channel * pointCount + index]
          }
          return result
        }
        let output = lattice.filtered(input, groupCount: 1, reversed: reversed, threads: 2)
        return group.flatMap { channel in output.map { $0[channel - group.lowerBound] } }
      }
      try expectFiltered(filtered, matches: "\(name).\(suffix)", in: golden)
    }
  }

  /// Compares the number of vertices.
  ///
  /// The reference's two builds find other ones where a point lies on a rounding tie. With other
  /// vectors, as many corners may be new as barycentric coordinates may differ.
  private func expectVertexCount(
    of lattice: PermutohedralLattice, _ name: String, in golden: GoldenCase
  ) throws {
    let expected = try golden.integer(name, "M_sse")
    let fraction = try golden.tolerance("\(name).barycentric").outlierFraction
    let isOwn = SharedFolder.goldenOverride == nil
    let allowed = isOwn ? 0 : Int(fraction * Double(lattice.weights.count))
    #expect(abs(lattice.vertexCount - expected) <= allowed, "\(name)")
  }

  /// Compares filtered values, with other vectors also with the reference's scalar build where the
  /// case has its result, as the manifest allows.
  private func expectFiltered(
    _ values: [Float], matches name: String, in golden: GoldenCase
  ) throws {
    let scalar = "\(name)_scalar"
    if SharedFolder.goldenOverride != nil, golden.outputNames.contains(scalar) {
      let expected = try golden.output(name)
      let actual = TensorData(values, dtype: .float32, shape: expected.shape)
      if try golden.tolerance(name).failure(of: actual, against: expected) != nil {
        return try golden.expect(values, matches: scalar)
      }
    }
    try golden.expect(values, matches: name)
  }
}

extension GoldenCase {
  /// The bytes of an input of element type `uint8`.
  fileprivate func bytes(_ name: String) throws -> [UInt8] { try [UInt8](input(name).bytes) }
}
