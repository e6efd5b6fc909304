import Essentials
public import Imaging
public import Tensors

/// Class probabilities that a dense CRF has aligned with the image, as the target of a loss.
///
/// The CRF is no part of the gradient: the target is a constant.
///
/// # Source
///
/// Kolesnikov and Lampert, "Seed, expand and constrain", ECCV 2016, section 3.3.
/// `kolesman/SEC@c78419059f pylayers/pylayers/pylayers.py`, `CRFLayer`, whose backward pass returns 0.
public struct BoundaryRefinement: Sendable {
  /// What the CRF's unary energies are made of.
  public enum Energy: Sendable, Hashable {
    /// Negated logits, as in SEC.
    case logits
    /// Negated probabilities, as in DSRG.
    case probabilities
  }

  /// The CRF's kernels on the reduced image.
  public var parameters: DenseCRFParameters
  /// What the scores are.
  public var energy: Energy
  /// The least probability of a class; probabilities are normalised after it is applied.
  public var minimum: Float

  /// Creates a refinement.
  ///
  /// - Parameters:
  ///   - parameters: The CRF's kernels on the reduced image.
  ///   - energy: What the scores are.
  ///   - minimum: The least probability of a class before they are normalised, at least 0.
  public init(
    parameters: DenseCRFParameters = .secTraining, energy: Energy = .logits, minimum: Float = 1e-4
  ) {
    self.parameters = parameters
    self.energy = energy
    self.minimum = minimum
  }

  /// Returns an image as the CRF sees it: the network's input, reduced to the size of its output.
  ///
  /// The channels stay in the network's order, blue first for ``Normalization/caffe``: the lattice
  /// that approximates the CRF's kernels does not treat them alike.
  ///
  /// - Parameters:
  ///   - input: The network's input.
  ///   - normalization: What made it.
  ///   - size: The size of the score map.
  /// - Returns: The image, reduced bilinearly with aligned corners as by `scipy.ndimage.zoom`.
  public static func image(
    of input: PlanarImage, normalization: Normalization, size: ImageSize
  ) -> RGBImage {
    var image = normalization.image(from: input.resized(to: size, coordinates: .corners))
    if normalization.order == .bgr {
      for i in stride(from: 0, to: image.pixels.count, by: 3) { image.pixels.swapAt(i, i + 2) }
    }
    return image
  }

  /// Returns the refined probabilities.
  ///
  /// - Parameters:
  ///   - scores: `[batch, classes, height, width]`, logits or probabilities as ``energy`` says.
  ///   - images: One image of the map's size for each sample; see ``image(of:normalization:size:)``.
  /// - Returns: `[batch, classes, height, width]` probabilities without gradient.
  /// - Throws: An error of the tensor engine.
  public func callAsFunction(_ scores: Tensor, images: [RGBImage]) throws -> Tensor {
    let shape = scores.shape
    precondition(
      shape.count == 4 && shape[0] == images.count
        && images.allSatisfy { $0.height == shape[2] && $0.width == shape[3] },
      "Scores of \(shape) need \(shape.first ?? 0) images of their size")
    try DenseCRF.check(ImageSize(width: shape[3], height: shape[2]), parameters: parameters)
    let values = try scores.floats()
    let sampleCount = values.count / max(images.count, 1)
    let refined = [Float](unsafeUninitializedCapacity: values.count) { target, initialized in
      // Every sample writes to its own part.
      nonisolated(unsafe) let start = target
      Parallel.forEachRange(
        count: images.count, threads: Parallel.defaultThreadCount
      ) { range in
        for sample in range {
          let offset = sample * sampleCount
          let result = probabilities(
            Array(values[offset..<offset + sampleCount]), classCount: shape[1],
            image: images[sample])
          for i in 0..<sampleCount { start.initializeElement(at: offset + i, to: result[i]) }
        }
      }
      initialized = values.count
    }
    return try Tensor(refined, shape: shape, on: scores.device)
  }

  /// Returns the refined probabilities of one sample.
  private func probabilities(_ scores: [Float], classCount: Int, image: RGBImage) -> [Float] {
    let energies: UnaryEnergies =
      switch energy {
      case .logits: .fromLogits(scores, labelCount: classCount)
      case .probabilities: .fromProbabilities(scores, labelCount: classCount)
      }
    let crf = DenseCRF(image: image, parameters: parameters, threads: 1)
    var result = crf.infer(energies).map { max($0, minimum) }
    let area = image.width * image.height
    for pixel in 0..<area {
      var sum: Float = 0
      for label in 0..<classCount { sum += result[label * area + pixel] }
      for label in 0..<classCount { result[label * area + pixel] /= sum }
    }
    return result
  }
}
