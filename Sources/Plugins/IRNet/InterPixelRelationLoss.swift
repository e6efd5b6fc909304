import Essentials
import Imaging
import Tensors

/// The training loss of IRNet's boundaries and displacements.
///
/// A pair of nearby pixels should be connected if both have the same class and separated otherwise;
/// whether it is connected is 1 minus the strongest boundary on the path between them. Pairs of the
/// same object class should have displacements that differ by their distance.
///
///     a = 1 - max over the path of sigmoid(boundary)
///     L = ((Lbg + Lfg) / 2 + Lneg) / 2 + (Ldfg + Ldbg) / 2
///
/// A batch has millions of pairs, each with about ten pixels on its path. So value and derivatives
/// are computed pair by pair, on the processor, without a tensor of all pairs.
///
/// # Source
///
/// Ahn et al., CVPR 2019, eq. 4–8. `jiwoon-ahn/irn net/resnet50_irn.py`, `AffinityDisplacementLoss`;
/// `voc12/dataloader.py`, `GetAffinityLabelFromIndices`.
struct InterPixelRelationLoss {
  /// Keeps logarithms and the means over no pairs finite.
  private static let epsilon: Float = 1e-5

  let pairs: PixelPairs
  /// The number of classes with the background; higher indices are undecided.
  let classCount: Int

  /// The loss and its parts.
  struct Terms {
    /// The loss, with gradient.
    var total: Tensor
    /// Affinity of pairs of the same class, background and foreground in equal parts.
    var positive: Double
    /// Affinity of pairs of different classes.
    var negative: Double
    /// Displacement of pairs of the same foreground class.
    var foregroundDisplacement: Double
    /// Displacement of background pairs.
    var backgroundDisplacement: Double
  }

  /// Returns the loss.
  ///
  /// - Parameters:
  ///   - boundary: Logits `[batch, 1, height, width]`.
  ///   - displacement: `[batch, 2, height, width]` in steps of the map.
  ///   - labels: The class of every pixel of each image's map.
  /// - Returns: The loss and its parts.
  /// - Throws: An error of the tensor engine.
  func callAsFunction(
    boundary: Tensor, displacement: Tensor, labels: [LabelMap]
  ) throws -> Terms {
    let probability = try boundary.sigmoid()
    let (probabilities, displacements) = try (probability.floats(), displacement.floats())
    let plane = pairs.height * pairs.width
    let kinds = Parallel.map(labels, threads: Runtime.threadCount) {
      pairs.kinds(of: $0, classCount: classCount)
    }
    let weights = try RelationWeights(counting: kinds, epsilon: Double(Self.epsilon))
    let images = Parallel.map(Array(kinds.enumerated()), threads: Runtime.threadCount) {
      image, kinds in
      RelationGradients(
        probability: Array(probabilities[image * plane..<(image + 1) * plane]),
        displacement: Array(displacements[2 * image * plane..<2 * (image + 1) * plane]),
        pairs: pairs, kinds: kinds, weights: weights, epsilon: Self.epsilon)
    }
    func mean(_ part: KeyPath<RelationGradients, Double>, _ weight: Double) -> Double {
      images.reduce(0) { $0 + $1[keyPath: part] } * weight
    }
    let positive =
      (mean(\.background, weights.background) + mean(\.foreground, weights.foreground)) / 2
    let negative = mean(\.different, weights.different)
    let foreground = mean(\.foregroundDisplacement, weights.foregroundDisplacement)
    let background = mean(\.backgroundDisplacement, weights.backgroundDisplacement)
    let total = try Tensor.scalar(
      (positive + negative) / 2 + (foreground + background) / 2,
      derivatives: [
        (
          probability,
          Tensor(
            images.flatMap(\.byProbability), shape: probability.shape, on: probability.device)
        ),
        (
          displacement,
          Tensor(
            images.flatMap(\.byDisplacement), shape: displacement.shape, on: displacement.device)
        ),
      ])
    return Terms(
      total: total, positive: positive, negative: negative, foregroundDisplacement: foreground,
      backgroundDisplacement: background)
  }
}
