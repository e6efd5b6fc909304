import CoreAPI
import Essentials
import Imaging
import Networks
import PluginTestSupport
import SharedTestSupport
import TensorFiles
import Tensors
import Testing

@testable import AffinityNet

/// AffinityNet's network, labels, loss and random walk against runs of the reference.
@Suite(.serialized) struct AffinityNetGoldenTests {
  @Test func affinitiesMatchTheReference() throws {
    try golden("aff_forward") { c in
      let expander = try expander(c)
      let radius = try c.integer("radius")
      try withoutGradient {
        for input in c.inputNames where input.hasPrefix("image") {
          let suffix = String(input.dropFirst("image".count))
          let features = try expander.network.features(Tensor(try c.input(input)))
          let pairs = PixelPairs(
            height: features.shape[2], width: features.shape[3], radius: radius)
          let affinities = try pairs.affinities(features)
          try c.expect(try affinities.data(), matches: "aff\(suffix)")
          try c.expect(
            dense(try pairs.planes(affinities), of: pairs), matches: "aff_dense\(suffix)")
          guard suffix.isEmpty else { continue }
          try c.expect(
            try features.mean(along: [2, 3]).data(), matches: "feature_channel_mean")
          let sources = (0..<pairs.sourceRows).flatMap { row in
            (0..<pairs.sourceColumns).map { row * pairs.width + pairs.margin + $0 }
          }
          try c.expect(sources, matches: "ind_from")
          try c.expect(
            pairs.offsets.flatMap { offset in
              sources.map { $0 + offset.rows * pairs.width + offset.columns }
            }, matches: "ind_to")
        }
      }
    }
  }

  /// The scores of SEAM's maps after the dense CRF, on the maps of the case itself.
  @Test func scoresMatchTheReference() throws {
    try golden("seam_infer") { c in
      let image = try #require(try rgbImages(try c.input("image")).first)
      let maps = try c.output("norm_cam")
      let cam = ClassActivationMap(
        classes: try c.output("keys").integers().map { $0 + 1 }, height: maps.shape[1],
        width: maps.shape[2], scores: maps.floats())
      let exponents = try c.integers("crf_alpha")
      let low = try #require(exponents.min())
      let high = try #require(exponents.max())
      let scores = AffinityLabels(
        lowExponent: Double(low), highExponent: Double(high), crf: .seamLabels
      ).scores(cam, image: image)
      try c.expect(scores.low.planes, matches: "crf_scores_alpha\(low)")
      try c.expect(scores.high.planes, matches: "crf_scores_alpha\(high)")
    }
  }

  @Test func labelsMatchTheReference() throws {
    try golden("aff_labels") { c in
      let scores = AffinityLabels.Scores(
        low: planes(try c.input("score_la")), high: planes(try c.input("score_ha")))
      let map = AffinityLabels.labelMap(scores, side: try c.integer("block"))
      try c.expect(map.indices, matches: "label")
      let pairs = PixelPairs(
        height: map.height, width: map.width, radius: try c.integer("radius"))
      let labels = try pairs.labels(Tensor.labels([map], on: .cpu))
      let kinds = [
        ("bg_pos", labels.background), ("fg_pos", labels.foreground), ("neg", labels.negative),
      ]
      for (name, kind) in kinds { try c.expect(try kind[0].data(), matches: name) }
      #expect(try kinds.map { Int(try $0.1.sum().item()) } == c.integers("counts"))
    }
  }

  @Test func lossMatchesTheReference() throws {
    try golden("aff_loss") { c in
      let affinities = try Tensor(try c.input("aff")).requiringGradient()
      let terms = try AffinityLoss()(affinities, labels: labels(c))
      try terms.total.backward()
      try expect(terms, in: c)
      try c.expect(try #require(affinities.gradient).data(), matches: "grad_aff")
    }
  }

  @Test func networkLearnsAsTheReference() throws {
    try golden("aff_train_step") { c in
      let expander = try expander(c, ["frozen_stages": "2"])
      let features = try expander.network.features(
        Tensor(try c.input("image")), statistics: .batch)
      let pairs = PixelPairs(
        height: features.shape[2], width: features.shape[3],
        radius: try radius(offsetCount: c.input("bg_pos").shape[1]))
      let terms = try AffinityLoss()(pairs.affinities(features), labels: labels(c))
      try terms.total.backward()
      try expect(terms, in: c)
      try expectGradients(of: expander.parameters, in: c)
      for parameter in expander.parameters.parameters where parameter.role != .weight {
        #expect(parameter.value.gradient == nil, "\(parameter.name)")
      }
    }
  }

  @Test func randomWalkMatchesTheReference() throws {
    try golden("aff_random_walk") { c in
      let cam = try cam(c)
      let dense = try c.input("aff_dense").floats()
      for (run, values) in c.parameters["runs"].object ?? [:] {
        let classCount = try c.output("\(run).cam_pooled").shape[0]
        // The references pool over 8×8 pixels, the stride of their network.
        let propagation = AffinityPropagation(
          stride: 8, backgroundExponent: try #require(values["alpha"].double),
          affinityExponent: try #require(values["beta"].integer),
          doublings: try #require(values["logt"].integer))
        let pooled = propagation.pooledScores(cam)
        try c.expect(
          all(pooled, classes: cam.classes, of: classCount), matches: "\(run).cam_pooled")
        let (height, width) = (pooled.height, pooled.width)
        let offsets = offsets(of: dense, height: height, width: width)
        var planes = [Float](repeating: 0, count: offsets.count * height * width)
        for (direction, offset) in offsets.enumerated() {
          for i in 0..<height * width {
            let (row, column) = (i / width + offset.rows, i % width + offset.columns)
            guard row < height, 0..<width ~= column else { continue }
            planes[direction * height * width + i] =
              dense[i * height * width + row * width + column]
          }
        }
        let walked = propagation.walked(pooled, affinities: planes, offsets: offsets)
        try c.expect(all(walked, classes: cam.classes, of: classCount), matches: "\(run).grid")
        let positions = try LabelMap(
          highestOf: propagation.enlarged(walked, to: cam.fullSize))
        try c.expect(
          positions.classIndices(among: cam.classes).indices, matches: "\(run).label")
      }
    }
  }

  @Test func pseudoMasksMatchTheReference() throws {
    try golden("aff_infer_full") { c in
      let expander = try expander(
        c,
        [
          "mask_background_exponent": "\(try c.double("alpha"))",
          "affinity_exponent": "\(try c.integer("beta"))",
          "walk_doublings": "\(try c.integer("logt"))",
        ])
      let image = try #require(try rgbImages(try c.input("image")).first)
      let environment = TrainingEnvironment(stage: "golden", seed: 0, workDirectory: "/nowhere")
      let cam = try cam(c)
      let (pairs, affinities) = try expander.affinities(of: image, environment: environment)
      let propagation = AffinityPropagation(
        stride: expander.network.stride, backgroundExponent: try c.double("alpha"),
        affinityExponent: try c.integer("beta"), doublings: try c.integer("logt"))
      let walked = propagation.walked(
        propagation.pooledScores(cam), affinities: affinities, offsets: pairs.offsets)
      let classCount = try c.output("grid").shape[1]
      try c.expect(all(walked, classes: cam.classes, of: classCount), matches: "grid")
      let mask = try expander.expand(
        Seed(fullResolution: cam, quarterResolution: cam), in: image, environment: environment)
      try c.expect(mask.labelMap.indices, matches: "label")
    }
  }

  // MARK: - Helpers

  private func expander(
    _ c: GoldenCase, _ values: [String: String] = [:]
  ) throws -> AffinityNetExpander {
    let expander = try AffinityNetExpander(
      AffinityNetConfiguration(ConfigurationReader(section: values)),
      PartContext(classes: .voc, seed: 0))
    try load(c, into: expander.parameters)
    return expander
  }

  private func labels(_ c: GoldenCase) throws -> PixelPairs.Labels {
    func tensor(_ name: String) throws -> Tensor { try Tensor(try c.input(name)).to(.float32) }
    return PixelPairs.Labels(
      background: try tensor("bg_pos"), foreground: try tensor("fg_pos"),
      negative: try tensor("neg"))
  }

  private func expect(_ terms: AffinityLoss.Terms, in c: GoldenCase) throws {
    try c.expect(try terms.background.data(), matches: "bg_loss")
    try c.expect(try terms.foreground.data(), matches: "fg_loss")
    try c.expect(try terms.negative.data(), matches: "neg_loss")
    try c.expect(try terms.total.data(), matches: "loss")
  }

  private func cam(_ c: GoldenCase) throws -> ClassActivationMap {
    let scores = try c.input("cam")
    return ClassActivationMap(
      classes: try c.input("cam_keys").integers().map { $0 + 1 }, height: scores.shape[1],
      width: scores.shape[2], scores: scores.floats())
  }

  private func planes(_ data: TensorData) -> PlanarImage {
    PlanarImage(
      channels: data.shape[0], height: data.shape[1], width: data.shape[2], planes: data.floats())
  }

  /// Returns the radius within which there are so many offsets.
  private func radius(offsetCount: Int) throws -> Int {
    // On a map of this side no radius is reduced.
    try #require(
      (1...32).first {
        PixelPairs(height: 100, width: 100, radius: $0).offsets.count == offsetCount
      })
  }

  /// Returns the offsets as far as the affinities of a matrix `[pixels, pixels]` reach.
  private func offsets(of dense: [Float], height: Int, width: Int) -> [PathIndex.Offset] {
    let count = height * width
    let farthest = dense.indices.lazy.filter { dense[$0] != 0 }.map { place in
      let rows = place / count / width - place % count / width
      let columns = place / count % width - place % count % width
      return rows * rows + columns * columns
    }.max()
    let radius = Int(Double(farthest ?? 0).squareRoot()) + 1
    return PixelPairs(height: 4 * radius, width: 4 * radius, radius: radius).offsets
  }

  /// Returns scores with a plane of zeros for every absent class.
  private func all(_ scores: PlanarImage, classes: [Int], of classCount: Int) -> [Float] {
    let size = scores.height * scores.width
    var result = [Float](repeating: 0, count: classCount * size)
    for (position, index) in ([0] + classes).enumerated() {
      result.replaceSubrange(
        index * size..<(index + 1) * size,
        with: scores.planes[position * size..<(position + 1) * size])
    }
    return result
  }

  /// Returns the symmetric matrix of the affinities, 1 on its diagonal.
  private func dense(_ planes: [Float], of pairs: PixelPairs) -> [Float] {
    let count = pairs.height * pairs.width
    var result = [Float](repeating: 0, count: count * count)
    for i in 0..<count { result[i * count + i] = 1 }
    for (direction, offset) in pairs.offsets.enumerated() {
      for i in 0..<count where planes[direction * count + i] != 0 {
        let j = i + offset.rows * pairs.width + offset.columns
        result[i * count + j] = planes[direction * count + i]
        result[j * count + i] = planes[direction * count + i]
      }
    }
    return result
  }
}

extension ClassActivationMap {
  fileprivate var fullSize: ImageSize { ImageSize(width: width, height: height) }
}
