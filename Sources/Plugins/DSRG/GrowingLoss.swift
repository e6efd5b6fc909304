import CoreAPI
import Imaging
import Networks
import Tensors

/// The loss of DSRG's first training: grown seeds and the image's edges teach the network.
///
/// Every step refines the probabilities P with a dense CRF into Q, grows the original cues
/// on Q, and adds the two losses:
/// ```
/// L = balanced seed loss(P, grown cues) + mean Σ Q log clip(Q / P, 0.05, 20)
/// ```
///
/// # Source
///
/// Huang et al., CVPR 2018, eq. (1). `speedinghzl/DSRG@91efdf7d training/experiment/seed_mc/
/// train-s.prototxt`, `pylayers/pylayers/pylayers.py`.
struct GrowingLoss: Sendable {
  /// The least probability of a class.
  private static let floor = 1e-4
  /// The bounds of Q / P.
  private static let ratioBounds = 0.05...20.0

  /// Grows the cues.
  let growing: SeededRegionGrowing
  /// Aligns probabilities with the image.
  let refinement: BoundaryRefinement
  /// Whether the boundary loss's derivative by log Q reaches P, as the reference's layer has it.
  let passesThroughCRF: Bool

  /// The losses of a batch.
  struct Terms {
    /// The balanced seed loss on the grown cues.
    var seed: Tensor
    /// The boundary loss.
    var boundary: Tensor
    /// What the cues have grown to.
    var grown: [LocalizationCues]
  }

  /// Creates the loss.
  ///
  /// - Parameters:
  ///   - growing: Grows the cues.
  ///   - crfScale: By how much the image is larger than the network's map, for the CRF's kernels.
  ///   - passesThroughCRF: Whether the derivative by log Q reaches P.
  init(growing: SeededRegionGrowing, crfScale: Double, passesThroughCRF: Bool) {
    self.growing = growing
    self.passesThroughCRF = passesThroughCRF
    refinement = BoundaryRefinement(
      parameters: DenseCRFParameters.secInference.scaled(downBy: crfScale),
      energy: .probabilities, minimum: Float(Self.floor))
  }

  /// Returns the probabilities that both losses see.
  ///
  /// The floor changes values only: the reference writes it into the softmax's output, and the
  /// gradient passes on as if nothing had happened.
  ///
  /// - Parameter logits: `[batch, classes, height, width]`.
  /// - Returns: Probabilities of at least 1e-4 that sum to about 1, of the same shape.
  /// - Throws: An error of the tensor engine.
  static func probabilities(of logits: Tensor) throws -> Tensor {
    let probabilities = try logits.flooredSoftmax(minimum: floor)
    let values = try probabilities.detached()
    return try probabilities + (values.clamped(min: floor) - values)
  }

  /// Returns the losses of a batch.
  ///
  /// - Parameters:
  ///   - probabilities: P, as ``probabilities(of:)`` gives them.
  ///   - images: The images at the map's size.
  ///   - cues: The original cues.
  ///   - present: The classes of every image with the background, ascending.
  /// - Returns: The losses, each a scalar.
  /// - Throws: An error of the tensor engine.
  func callAsFunction(
    _ probabilities: Tensor, images: [RGBImage], cues: [LocalizationCues], present: [[Int]]
  ) throws -> Terms {
    try terms(
      probabilities, refined: refinement(probabilities.detached(), images: images), cues: cues,
      present: present)
  }

  /// Returns the losses for given refined probabilities Q without history.
  func terms(
    _ probabilities: Tensor, refined: Tensor, cues: [LocalizationCues], present: [[Int]]
  ) throws -> Terms {
    let values = try refined.floats()
    let count = values.count / cues.count
    let grown = cues.indices.map { index in
      growing.grown(
        cues[index], probabilities: Array(values[index * count..<(index + 1) * count]),
        present: present[index])
    }
    let target = passesThroughCRF ? try linked(refined, to: probabilities) : refined
    return Terms(
      seed: try BalancedSeedLoss()(
        probabilities, seeds: Tensor.cues(grown, on: probabilities.device)),
      boundary: try ConstrainToBoundaryLoss(ratioBounds: Self.ratioBounds)(
        probabilities, refined: target),
      grown: grown)
  }

  /// Returns Q with the derivative ∂ log Q / ∂P = 1 - Q, which the reference's CRF layer claims.
  private func linked(_ refined: Tensor, to probabilities: Tensor) throws -> Tensor {
    let nothing = try probabilities - probabilities.detached()
    return try refined * ((1.0 - refined) * nothing).exp()
  }
}
