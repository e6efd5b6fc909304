import CoreAPI
import Essentials
import Imaging
import Networks
import SharedTestSupport
import TensorFiles
import Tensors
import Testing

@testable import SEC

/// SEC's losses against runs of the reference.
@Suite(.serialized) struct SECGoldenTests {
  private static let cases = ["sec_losses_tiny", "sec_losses_small", "sec_losses_full"]

  @Test(arguments: cases)
  func constrainToBoundaryLossMatchesTheReference(name: String) throws {
    try golden(name) { c in
      let logits = try Tensor(try c.input("logits")).requiringGradient()
      let probabilities = try logits.flooredSoftmax(minimum: c.double("min_prob"))
      try c.expect(try probabilities.data(), matches: "probs")
      let images = try reducedImages(c)
      try c.expect(images.flatMap(\.pixels), matches: "crf_image")
      let refined = try refinement(c)(logits, images: images)
      try c.expect(try refined.log().data(), matches: "log_q")
      let loss = try ConstrainToBoundaryLoss()(probabilities, refined: refined)
      try c.expect(try loss.data(), matches: "loss_constrain")
      try loss.backward()
      try expect(logits.gradient, matches: "constrain", in: c)
    }
  }

  @Test(arguments: cases)
  func seedingAndExpansionLossesMatchTheReference(name: String) throws {
    try golden(name) { c in
      func probabilities(_ logits: Tensor) throws -> Tensor {
        try logits.flooredSoftmax(minimum: c.double("min_prob"))
      }
      var logits = try Tensor(try c.input("logits")).requiringGradient()
      let cues = try Tensor(try c.input("cues")).to(.float32)
      let seeding = try SeedingLoss()(probabilities(logits), cues: cues)
      try c.expect(try seeding.data(), matches: "loss_seed")
      try seeding.backward()
      try expect(logits.gradient, matches: "seed", in: c)

      logits = try Tensor(try c.input("logits")).requiringGradient()
      let expansion = try expansionLoss(c)(
        probabilities(logits), labels: Tensor(try c.input("labels")))
      try c.expect(try expansion.present.data(), matches: "expand_present")
      try c.expect(try expansion.absent.data(), matches: "expand_absent")
      try c.expect(try expansion.background.data(), matches: "expand_bg")
      try c.expect(try expansion.foregroundPool.data(), matches: "gwrp_fg")
      try c.expect(try expansion.backgroundPool.data(), matches: "gwrp_bg")
      let total = try expansion.total()
      try c.expect(try total.data(), matches: "loss_expand")
      try total.backward()
      try expect(logits.gradient, matches: "expand", in: c)
    }
  }

  @Test(arguments: cases)
  func totalLossMatchesTheReference(name: String) throws {
    try golden(name) { c in
      let logits = try Tensor(try c.input("logits")).requiringGradient()
      let loss = SECLoss(expansion: try expansionLoss(c), refinement: try refinement(c))
      let terms = try loss(
        logits, cues: Tensor(try c.input("cues")).to(.float32),
        labels: Tensor(try c.input("labels")), reducedImages: try reducedImages(c))
      try terms.total.backward()
      try c.expect(try #require(logits.gradient).data(), matches: "grad_total")
    }
  }

  /// The CRF of the manifest's sentence: "set C, 10 iterations, …, scale factor 12".
  private func refinement(_ c: GoldenCase) throws -> BoundaryRefinement {
    let crf = c.parameters["crf"]
    var parameters = DenseCRFParameters.secInference.scaled(
      downBy: try c.number(/scale factor (\d+(?:\.\d+)?)/, in: crf))
    parameters.iterationCount = Int(try c.number(/(\d+) iterations/, in: crf))
    return BoundaryRefinement(
      parameters: parameters, minimum: Float(try c.double("min_prob")))
  }

  private func expansionLoss(_ c: GoldenCase) throws -> ExpansionLoss {
    ExpansionLoss(
      foreground: GlobalWeightedRankPooling(decay: try c.double("q_fg")),
      background: GlobalWeightedRankPooling(decay: try c.double("q_bg")))
  }

  /// Compares a loss's gradient: all of it, or its norm where the case holds no more.
  private func expect(_ gradient: Tensor?, matches loss: String, in c: GoldenCase) throws {
    let gradient = try #require(gradient)
    if c.outputNames.contains("grad_\(loss)") {
      try c.expect(try gradient.data(), matches: "grad_\(loss)")
    }
    if c.outputNames.contains("gradnorm_\(loss)") {
      let norm = try gradient.doubles().reduce(0) { $0 + $1 * $1 }.squareRoot()
      try c.expect([norm], matches: "gradnorm_\(loss)")
    }
  }

  /// The case's images as the CRF sees them.
  private func reducedImages(_ c: GoldenCase) throws -> [RGBImage] {
    let shape = try c.input("logits").shape
    return try bgrImages(try c.input("images_bgr")).map {
      BoundaryRefinement.image(
        of: Normalization.caffe($0), normalization: .caffe,
        size: ImageSize(width: shape[3], height: shape[2]))
    }
  }
}
