import CoreAPI
import Essentials
import Imaging
import Networks
import SharedTestSupport
import TensorFiles
import Tensors
import Testing

@testable import IRNet

/// IRNet's networks, losses and stages against runs of the reference.
@Suite(.serialized) struct IRNetGoldenTests {
  // MARK: - Class activation maps

  @Test func classifierMatchesTheReference() throws {
    try golden("irn_cam_forward") { c in
      let (network, _) = try activationNetwork(c)
      let images = try Tensor(try c.input("images"))
      try withoutGradient {
        try c.expect(try network.logits(images, ports: NoContext()).data(), matches: "logits")
        // The reference counts the stem as part of its first stage.
        for (index, features) in try network.backbone.features(of: images).enumerated().dropFirst()
        {
          try c.expect(
            try features.mean(along: [2, 3]).data(), matches: "stage\(index)_channel_mean")
        }
        let image = try images.narrow(along: 0, from: 0, count: 1)
        let pair = try Tensor.concatenate([image, image.flipped(along: 3)], along: 0)
        try c.expect(try network.activation(pair, ports: NoContext()).data(), matches: "cam")
      }
    }
  }

  @Test func classifierLearnsAsTheReference() throws {
    try golden("irn_cam_train_step") { c in
      let (network, store) = try activationNetwork(c)
      let logits = try network.logits(try Tensor(try c.input("images")), ports: NoContext())
      let loss = try Tensor.multilabelSoftMarginLoss(logits, Tensor(try c.input("label")))
      try loss.backward()
      try c.expect(try loss.data(), matches: "loss")
      try expectGradients(of: store, in: c)
      let frozen = try #require(c.parameters["no_gradient"].string)
        .components(separatedByCommas: "resnet50.")
      for parameter in store.parameters where parameter.role != .buffer {
        let isFrozen = frozen.contains { parameter.name.hasPrefix($0) }
        #expect((parameter.value.gradient == nil) == isFrozen, "\(parameter.name)")
      }
    }
  }

  @Test func multiScaleMapsMatchTheReference() throws {
    try golden("irn_make_cam") { c in
      let (network, _) = try activationNetwork(c)
      let maker = MultiScaleActivation(
        scales: try #require(c.parameters["scales"].array).compactMap(\.double),
        normalization: .imageNet)
      let labels = ImageLabels(present: try c.input("label").floats().map { $0 > 0 })
      let seed = try withoutGradient {
        try maker.seed(of: try image(c), labels: labels, on: .cpu) { pair, _ in
          try network.activation(pair, ports: NoContext())
        }
      }
      try c.expect(seed.quarterResolution.classes.map { $0 - 1 }, matches: "keys")
      try c.expect(seed.quarterResolution.data, matches: "cam")
      try c.expect(seed.fullResolution.data, matches: "high_res")
    }
  }

  // MARK: - Inter-pixel relations

  private static let pairKinds: [(kind: PixelPairs.Kind, name: String)] = [
    (.background, "bg_pos"), (.foreground, "fg_pos"), (.different, "neg"),
  ]

  @Test func relationLossMatchesTheReference() throws {
    try golden("irn_losses_from_maps") { c in
      let boundary = try Tensor(try c.input("edge_logits")).requiringGradient()
      let field = try Tensor(try c.input("dp")).requiringGradient()
      let size = ImageSize(width: boundary.shape[3], height: boundary.shape[2])
      let loss = try relationLoss(c, size: size)
      let labels = labelMaps(try c.input("label")).map { $0.resized(to: size) }
      let terms = try loss(boundary: boundary, displacement: field, labels: labels)
      try terms.total.backward()

      let kinds = labels.flatMap { loss.pairs.kinds(of: $0, classCount: loss.classCount) }
      for (position, (kind, name)) in Self.pairKinds.enumerated() {
        let values: [Float] = kinds.map { $0 == kind ? 1 : 0 }
        #expect(Int(values.reduce(0, +)) == (try c.integers("counts")[position]))
        try c.expect(values, matches: name)
      }
      let area = size.height * size.width
      let maps = try boundary.sigmoid().floats()
      try c.expect(
        labels.indices.flatMap { image in
          loss.pairs.affinities(Array(maps[image * area..<(image + 1) * area]))
        }, matches: "affinity")
      // Not all images' displacements are stored.
      let stored = try c.output("pair_displacement").shape[0]
      let fields = try field.floats()
      try c.expect(
        (0..<2 * stored).flatMap { plane in
          differences(Array(fields[plane * area..<(plane + 1) * area]), loss.pairs)
        }, matches: "pair_displacement")
      try c.expect([terms.positive], matches: "loss_pos")
      try c.expect([terms.negative], matches: "loss_neg")
      try c.expect([terms.foregroundDisplacement], matches: "loss_dp_fg")
      try c.expect([terms.backgroundDisplacement], matches: "loss_dp_bg")
      try c.expect(try terms.total.data(), matches: "loss_total")
      try c.expect(try #require(boundary.gradient).data(), matches: "grad_edge_logits")
      try c.expect(try #require(field.gradient).data(), matches: "grad_dp")
    }
  }

  /// By how much the source's value exceeds the destination's, for every pair.
  private func differences(_ map: [Float], _ pairs: PixelPairs) -> [Float] {
    pairs.index.paths.flatMap { path in
      (0..<pairs.rows).flatMap { row in
        (0..<pairs.columns).map { column in
          let source = pairs.firstSource(ofRow: row) + column
          return map[source] - map[source + pairs.distance(path.destination)]
        }
      }
    }
  }

  @Test func boundariesAndDisplacementsMatchTheReference() throws {
    try golden("irn_edge_displacement") { c in
      let (network, _) = try relationNetwork(c)
      let image = try Tensor(try c.input("image"))
      let (height, width) = (image.shape[2], image.shape[3])
      let side = try c.integer("crop_size")
      let pair = try Tensor.concatenate([image, image.flipped(along: 3)], along: 0)
        .padded([0, side - width, 0, side - height], value: 0)
      let size = ImageSize(width: width, height: height).strided(by: try c.integer("stride"))
      try withoutGradient {
        try c.expect(try network(pair).boundary.data(), matches: "edge_logits_padded")
        let (boundary, displacement) = try network.inference(
          pair, height: size.height, width: size.width)
        try c.expect(try boundary.data(), matches: "edge")
        try c.expect(try displacement.data(), matches: "dp")
      }
    }
  }

  @Test func relationsAreLearnedAsInTheReference() throws {
    try golden("irn_train_step") { c in
      let (network, store) = try relationNetwork(c)
      let (boundary, displacement) = try network(try Tensor(try c.input("image")))
      let size = ImageSize(width: boundary.shape[3], height: boundary.shape[2])
      let loss = try relationLoss(c, size: size)
      let labels = labelMaps(try c.input("label")).map { $0.resized(to: size) }
      let kinds = labels.flatMap { loss.pairs.kinds(of: $0, classCount: loss.classCount) }
      #expect(
        try Self.pairKinds.map { pair in kinds.count { $0 == pair.kind } } == c.integers("counts"))
      let terms = try loss(boundary: boundary, displacement: displacement, labels: labels)
      try terms.total.backward()
      try c.expect([terms.positive], matches: "pos_aff_loss")
      try c.expect([terms.negative], matches: "neg_aff_loss")
      try c.expect([terms.foregroundDisplacement], matches: "dp_fg_loss")
      try c.expect([terms.backgroundDisplacement], matches: "dp_bg_loss")
      try c.expect(try terms.total.data(), matches: "total_loss")
      try expectGradients(of: store, in: c)
      for parameter in store.parameters where parameter.role != .buffer {
        let isFrozen = parameter.name.hasPrefix("resnet50.")
        #expect((parameter.value.gradient == nil) == isFrozen, "\(parameter.name)")
      }
    }
  }

  @Test func interPixelLabelsMatchTheReference() throws {
    try golden("irn_ir_label") { c in
      let scores = try c.input("high_res")
      let cam = ClassActivationMap(
        classes: try c.input("keys").integers().map { $0 + 1 }, height: scores.shape[1],
        width: scores.shape[2], scores: scores.floats())
      let image = try image(c)
      // The reference's code fixes how sure a label is, and so does ours.
      try #require(try c.double("gt_prob") == 0.7)
      var parameters = DenseCRFParameters.irnLabels
      parameters.iterationCount = try c.integer("iterations")
      let maker = InterPixelLabels(
        foregroundThreshold: Float(try c.double("conf_fg_thres")),
        backgroundThreshold: Float(try c.double("conf_bg_thres")), crf: parameters)
      let crf = DenseCRF(image: image, parameters: parameters, threads: 1)
      for (name, threshold) in [
        ("fg", maker.foregroundThreshold), ("bg", maker.backgroundThreshold),
      ] {
        let labels = cam.labelMap(backgroundScore: threshold)
        let sharpened = maker.sharpened(labels, classes: cam.classes, with: crf)
        try c.expect(positions(labels, in: cam), matches: "\(name)_argmax")
        try c.expect(positions(sharpened, in: cam), matches: "\(name)_crf")
      }
      try c.expect(maker(cam, image: image).indices, matches: "ir_label")
    }
  }

  @Test func pseudoMasksMatchTheReference() throws {
    try golden("irn_sem_seg") { c in
      var configuration = try RelationConfiguration(ConfigurationReader(emptySectionAt: "expander"))
      configuration.affinityExponent = try c.integer("beta")
      configuration.walkDoublings = try c.integer("exp_times")
      configuration.walkRadius = try c.integer("radius")
      configuration.maskBackgroundScore = try c.double("sem_seg_bg_thres")
      configuration.paddedSize = try c.integer("crop_size")
      let expander = try IRNetExpander(configuration, PartContext(classes: .voc, seed: 0))
      try load(c, into: expander.parameters)
      let image = try image(c)
      let scores = try c.input("cam")
      // The reference adds 1 to the classes of its CAM files.
      let cam = ClassActivationMap(
        classes: try c.input("keys").integers().map { $0 + 1 }, height: scores.shape[1],
        width: scores.shape[2], scores: scores.floats())
      let environment = TrainingEnvironment(stage: "golden", seed: 0, workDirectory: "")

      let boundary = try expander.boundaryMap(of: image, environment: environment)
      try c.expect(boundary, matches: "edge")
      let walk = RandomWalk(
        boundaryMap: boundary, height: cam.height, width: cam.width,
        radius: configuration.walkRadius, affinityExponent: configuration.affinityExponent)
      try c.expect(
        walk.propagate(cam.scores, doublings: configuration.walkDoublings), matches: "rw")
      let enlarged = try expander.walked(cam, boundary: boundary, size: image.size)
      try c.expect(enlarged.scores, matches: "rw_up")
      let seed = Seed(
        fullResolution: ClassActivationMap(
          classes: cam.classes, height: image.height, width: image.width,
          scores: [Float](repeating: 0, count: enlarged.scores.count)),
        quarterResolution: cam)
      let mask = try expander.expand(seed, in: image, environment: environment)
      try c.expect(mask.labelMap.indices, matches: "sem_seg")
    }
  }

  // MARK: - Parts

  private func activationNetwork(_ c: GoldenCase) throws -> (ActivationNetwork, ParameterStore) {
    let store = ParameterStore(seed: 0)
    let classifier = try c.network().entries.first { $0.name == "classifier.weight" }
    let network = try ActivationNetwork(
      store, backbone: ResNet50(store.root / "resnet50"),
      frozenStages: BackboneKind.resNet50.pretrainedStages,
      classCount: try #require(classifier).shape[0], context: NoContext())
    try load(c, into: store)
    return (network, store)
  }

  private func relationNetwork(
    _ c: GoldenCase
  ) throws -> (BoundaryDisplacementNetwork, ParameterStore) {
    let store = ParameterStore(seed: 0)
    let network = try BoundaryDisplacementNetwork(
      store, backbone: ResNet50(store.root / "resnet50"), trainsBackbone: false, widths: .resNet50)
    try load(c, into: store)
    return (network, store)
  }

  private func relationLoss(_ c: GoldenCase, size: ImageSize) throws -> InterPixelRelationLoss {
    InterPixelRelationLoss(
      pairs: PixelPairs(
        radius: try c.integer("radius"), height: size.height, width: size.width),
      // The reference's code has the number of VOC's classes as a constant.
      classCount: ClassList.voc.names.count)
  }

  private func image(_ c: GoldenCase) throws -> RGBImage {
    let data = try c.input("image")
    return RGBImage(
      width: data.shape[1], height: data.shape[0], pixels: data.values(as: UInt8.self))
  }

  /// Returns the maps of `[count, height, width]` or `[height, width]`.
  private func labelMaps(_ data: TensorData) -> [LabelMap] {
    let (height, width) = (data.shape[data.shape.count - 2], data.shape[data.shape.count - 1])
    let indices = data.values(as: UInt8.self)
    return stride(from: 0, to: indices.count, by: height * width).map {
      LabelMap(width: width, height: height, indices: Array(indices[$0..<$0 + height * width]))
    }
  }

  /// Returns the position of every pixel's class among the background and the classes of the map.
  private func positions(_ labels: LabelMap, in cam: ClassActivationMap) throws -> [Int] {
    try labels.indices.map { index in
      try #require(([0] + cam.classes).firstIndex(of: Int(index)))
    }
  }
}

extension ClassActivationMap {
  /// The scores as a tensor of their shape.
  fileprivate var data: TensorData {
    TensorData(scores, dtype: .float32, shape: [classes.count, height, width])
  }
}

extension String {
  /// The parts between commas, each behind a prefix and with a final dot.
  fileprivate func components(separatedByCommas prefix: String) -> [String] {
    split(separator: ",").map { part in "\(prefix)\(part.filter { !$0.isWhitespace })." }
  }
}
