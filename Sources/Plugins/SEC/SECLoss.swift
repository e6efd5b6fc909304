import CoreAPI
import Foundation
import Imaging
import Networks
import Tensors

/// A training image as SEC's network sees it.
struct SECSample: Sendable {
  var input: PlanarImage
  var cues: LocalizationCues
  var labels: [Float]
  /// The input reduced to the network's output, for the CRF.
  var reducedImage: RGBImage
  var dropoutSeed: UInt64
}

/// SEC's loss: seed, expand, constrain, with equal weights.
///
/// # Source
///
/// Kolesnikov and Lampert, ECCV 2016, eq. 1. `kolesman/SEC@c78419059f training/train.prototxt`.
struct SECLoss {
  let expansion: ExpansionLoss
  let refinement: BoundaryRefinement
  let statistics = LossStatistics("seed", "expand", "constrain")

  /// The loss and its parts, each a scalar.
  struct Terms {
    var seeding: Tensor
    var expansion: ExpansionLoss.Terms
    var boundary: Tensor
    var total: Tensor
  }

  init(expansion: ExpansionLoss, refinement: BoundaryRefinement) {
    self.expansion = expansion
    self.refinement = refinement
  }

  /// Creates the loss of a configuration.
  ///
  /// The published decays belong to 41×41 cells; on another grid the same share of the cells counts.
  init(_ configuration: SECConfiguration, gridSize: ImageSize) {
    func pooling(_ decay: Double) -> GlobalWeightedRankPooling {
      GlobalWeightedRankPooling(
        decay: pow(decay, 41 * 41 / Double(gridSize.width * gridSize.height)))
    }
    self.init(
      expansion: ExpansionLoss(
        foreground: pooling(configuration.foregroundDecay),
        background: pooling(configuration.backgroundDecay)),
      refinement: BoundaryRefinement(
        parameters: .secInference.scaled(downBy: configuration.crfScale)))
  }

  /// Returns the loss of a batch.
  ///
  /// - Parameters:
  ///   - logits: `[batch, classes, height, width]`.
  ///   - batch: The samples.
  /// - Returns: The loss and its parts.
  /// - Throws: An error of the tensor engine.
  func callAsFunction(_ logits: Tensor, _ batch: [SECSample]) throws -> Terms {
    let cues = try Tensor.cues(batch.map(\.cues), on: logits.device)
    let labels = try Tensor(
      batch.flatMap(\.labels), shape: [batch.count, logits.size(of: 1) - 1], on: logits.device)
    let terms = try self(
      logits, cues: cues, labels: labels, reducedImages: batch.map(\.reducedImage))
    statistics.add(
      try terms.seeding.item(), try terms.expansion.total().item(), try terms.boundary.item())
    return terms
  }

  /// Returns the loss of a batch.
  ///
  /// - Parameters:
  ///   - logits: `[batch, classes, height, width]`.
  ///   - cues: Zeros and ones of the same shape.
  ///   - labels: `[batch, classes - 1]` of zeros and ones.
  ///   - reducedImages: The images, of the logits' size.
  /// - Returns: The loss and its parts.
  /// - Throws: An error of the tensor engine.
  func callAsFunction(
    _ logits: Tensor, cues: Tensor, labels: Tensor, reducedImages: [RGBImage]
  ) throws -> Terms {
    let probabilities = try logits.flooredSoftmax()
    let seeding = try SeedingLoss()(probabilities, cues: cues)
    let expansion = try expansion(probabilities, labels: labels)
    let boundary = try ConstrainToBoundaryLoss()(
      probabilities, refined: refinement(logits, images: reducedImages))
    return Terms(
      seeding: seeding, expansion: expansion, boundary: boundary,
      total: try seeding + expansion.total() + boundary)
  }
}

/// The means of a loss's parts over an epoch.
final class LossStatistics: EpochStatistics {
  private let names: [String]
  private var sums: [Double]
  private var count = 0.0

  /// Creates statistics of parts with these names.
  init(_ names: String...) {
    self.names = names
    sums = names.map { _ in 0 }
  }

  /// Adds the parts of one batch, in the order of their names.
  func add(_ values: Double...) {
    for (index, value) in values.enumerated() { sums[index] += value }
    count += 1
  }

  func epochStatistics() throws -> [(name: String, value: Double)] {
    let means = zip(names, sums).map { (name: $0, value: $1 / max(count, 1)) }
    epochSums = [:]
    return means
  }

  var epochSums: [String: Double] {
    get {
      Dictionary(zip(names, sums).map { ("\($0) part", $1) }) { $1 }
        .merging(["part count": count]) { $1 }
    }
    set {
      count = newValue["part count"] ?? 0
      sums = names.map { newValue["\($0) part"] ?? 0 }
    }
  }
}
