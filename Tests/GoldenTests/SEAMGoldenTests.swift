import CoreAPI
import Essentials
import Imaging
import Networks
import PluginTestSupport
import SharedTestSupport
import TensorFiles
import Tensors
import Testing

@testable import SEAM

/// SEAM's network, losses and inference against runs of the reference.
@Suite(.serialized) struct SEAMGoldenTests {
  @Test func networkMatchesTheReference() throws {
    try golden("seam_forward") { c in
      let generator = try generator(c)
      let image = try Tensor(try c.input("image"))
      try withoutGradient {
        let backbone = generator.network.backbone
        let outputs = try backbone.outputs(of: [2, 3, 4, 5], for: image)
        for (stage, output) in zip(2...5, outputs) {
          let read = try backbone.activated(output, ofStage: stage)
          try c.expect(
            try read.mean(along: [2, 3]).data(), matches: "conv\(stage + 1)_channel_mean")
        }
        let maps = try generator.network(image, ports: NoContext())
        try c.expect(try maps.activation.data(), matches: "fc8_raw")
        let enlarged = try maps.resized(to: (image.shape[2], image.shape[3]))
        try c.expect(try enlarged.activation.data(), matches: "cam")
        try c.expect(try enlarged.refined.data(), matches: "cam_rv")
      }
    }
  }

  @Test func pixelCorrelationMatchesTheReference() throws {
    try golden("seam_pcm") { c in
      let store = ParameterStore(seed: 0)
      let module = try PixelCorrelationModule(store.root, sideChannels: (512, 1024))
      let weights = try c.network().tensors().filter { store[$0.0] != nil }
      try store.load(Dictionary(uniqueKeysWithValues: weights))
      let scores = try Tensor(try c.input("cam")).requiringGradient()
      let features = try Tensor(try c.input("f")).requiringGradient()
      let refined = try module(scores, features: features)
      try (refined * Tensor(try c.input("upstream"))).sum().backward()
      try c.expect(try refined.data(), matches: "rv")
      try c.expect(
        try #require(store["f9.weight"]?.value.gradient).data(), matches: "grad_f9_weight")
      let gradient = try #require(features.gradient)
      let passes = try passCount(gradient, in: c)
      try c.expect(try (gradient * passes).data(), matches: "grad_f")
      try c.expect(try (#require(scores.gradient) * passes).data(), matches: "grad_cam")
      let small = try module(Tensor(try c.input("cam_small")), features: features)
      try c.expect(try small.data(), matches: "rv_from_small")
    }
  }

  /// Returns how many equal backward passes the stored gradients of the inputs are the sum of.
  ///
  /// The vectors hold two for the inputs, but one for the weight, from which the gradient of `f`
  /// follows: it is the weight's pass times a matrix. Other vectors may be without this slip.
  private func passCount(_ gradient: Tensor, in c: GoldenCase) throws -> Double {
    guard SharedFolder.goldenOverride != nil else { return 2 }
    func largest(_ values: [Double]) -> Double { values.lazy.map(abs).max() ?? 0 }
    return try largest(c.output("grad_f").doubles()) < 1.5 * largest(gradient.doubles()) ? 1 : 2
  }

  @Test func lossesMatchTheReference() throws {
    try golden("seam_losses_from_maps") { c in
      let names = ["cam1", "rv1", "cam2", "rv2"]
      let maps = try names.map { try Tensor(try c.input($0)).requiringGradient() }
      let loss = EquivariantLoss(
        smallScale: try c.double("scale_factor"), hardFraction: try c.double("ohem_fraction"),
        usesMinPooling: true)
      let terms = try loss(
        large: .init(activation: maps[0], refined: maps[1]),
        small: .init(activation: maps[2], refined: maps[3]), labels: Tensor(try c.input("label")))
      try terms.total.backward()
      try expect(terms, in: c)
      for (name, map) in zip(names, maps) {
        try c.expect(try #require(map.gradient).data(), matches: "grad_\(name)")
      }
    }
  }

  @Test func networkLearnsAsTheReference() throws {
    try golden("seam_train_step") { c in
      let generator = try generator(c, ["frozen_stages": "2"])
      let images = try Tensor(try c.input("image"))
      let size = ImageSize(width: images.shape[3], height: images.shape[2])
      let terms = try generator.loss(
        images, labels: Tensor(try c.input("label")),
        ids: (0..<images.shape[0]).map { "\($0)" },
        geometries: Array(repeating: ImageGeometry(wholeFrameIn: size), count: images.shape[0]),
        dropoutSeeds: nil, statistics: .batch)
      try terms.total.backward()
      try expect(terms, in: c)
      try expectGradients(of: generator.parameters, in: c)
      let gradients = generator.parameters.parameters.compactMap(\.value.gradient)
      try c.expect([gradients.count], matches: "n_params_with_grad")
      let squares = try gradients.map { try $0.square().sum().item() }
      try c.expect([squares.reduce(0, +).squareRoot()], matches: "gradnorm_all")
      for parameter in generator.parameters.parameters where parameter.role != .weight {
        #expect(parameter.value.gradient == nil, "\(parameter.name)")
      }
      try withoutGradient {
        for (scale, name) in [(1, "gap1"), (try c.double("scale_factor"), "gap2")] {
          let view = scale == 1 ? images : try images.interpolated(scale: scale, alignCorners: true)
          let maps = try generator.network(view, ports: NoContext())
            .resized(to: (view.shape[2], view.shape[3]))
          try c.expect(
            try maps.activation.globalAveragePool2d(keepingDimensions: true).data(), matches: name)
        }
      }
    }
  }

  @Test func multiScaleMapsMatchTheReference() throws {
    try golden("seam_infer") { c in
      let generator = try generator(c)
      let image = try #require(try rgbImages(try c.input("image")).first)
      let labels = ImageLabels(present: try c.input("label").floats().map { $0 > 0 })
      let maker = MultiScaleRefinement(
        scales: try #require(c.parameters["scales"].array).compactMap(\.double),
        normalization: .imageNet)
      for name in c.outputNames where name.hasPrefix("scaled_input_") {
        let scale = try #require(Double(name.dropFirst("scaled_input_".count)))
        let scaled = image.resized(to: image.size.scaled(by: scale), resampling: .bicubic)
        try c.expect(
          try Tensor.batch([Normalization.imageNet(scaled)], on: .cpu).data(), matches: name)
      }
      let sums = try withoutGradient {
        try maker.summedMaps(of: image, labels: labels, on: .cpu) { pair, _ in
          try generator.network(pair, ports: NoContext()).refined
        }
      }
      try c.expect(labels.indices.map { $0 - 1 }, matches: "keys")
      try c.expect(
        MultiScaleRefinement.normalized(
          try #require(sums).floats(), classCount: labels.indices.count), matches: "norm_cam")
    }
  }

  private func generator(
    _ c: GoldenCase, _ values: [String: String] = [:]
  ) throws -> SEAMSeedGenerator {
    let generator = try SEAMSeedGenerator(
      SEAMConfiguration(ConfigurationReader(section: values)),
      PartContext(classes: .voc, seed: 0))
    try load(c, into: generator.parameters)
    return generator
  }

  private func expect(_ terms: EquivariantLoss.Terms, in c: GoldenCase) throws {
    for view in 0...1 {
      try c.expect(try terms.classification[view].data(), matches: "loss_cls\(view + 1)")
      try c.expect(try terms.minPooling[view].data(), matches: "loss_rvmin\(view + 1)")
      try c.expect(try terms.crossRegularization[view].data(), matches: "loss_ecr\(view + 1)")
    }
    try c.expect(try terms.equivariance.data(), matches: "loss_er")
    try c.expect(try terms.total.data(), matches: "loss_total")
  }
}
