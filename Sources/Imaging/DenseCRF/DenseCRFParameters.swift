/// The kernels of a fully connected CRF and the number of mean-field iterations.
///
/// The pairwise energy of two pixels with different labels is the sum of a smoothness kernel on
/// the positions p and an appearance kernel on the positions and the colours I:
/// ```
/// k(i, j) = smoothnessWeight * exp(-|pᵢ - pⱼ|² / 2 smoothnessDeviation²)
///         + appearanceWeight * exp(-|pᵢ - pⱼ|² / 2 appearanceDeviation²
///                                  -|Iᵢ - Iⱼ|² / 2 colorDeviation²)
/// ```
///
/// # Source
///
/// Krähenbühl and Koltun, "Efficient inference in fully connected CRFs with Gaussian edge
/// potentials", NeurIPS 2011, eq. (3).
public struct DenseCRFParameters: Sendable, Hashable, Codable {
  /// The standard deviation of the smoothness kernel in pixels, above 0.
  public var smoothnessDeviation: Double
  /// The weight of the smoothness kernel, at least 0.
  public var smoothnessWeight: Double
  /// The standard deviation of the appearance kernel over positions in pixels, above 0.
  public var appearanceDeviation: Double
  /// The standard deviation of the appearance kernel over colours of `0...255`, above 0.
  public var colorDeviation: Double
  /// The weight of the appearance kernel, at least 0.
  public var appearanceWeight: Double
  /// The number of mean-field iterations, at least 0; 0 gives the softmax of the unary term.
  public var iterationCount: Int

  /// Creates a parameter set.
  ///
  /// - Parameters:
  ///   - smoothnessDeviation: The smoothness kernel's standard deviation in pixels, above 0.
  ///   - smoothnessWeight: The smoothness kernel's weight, at least 0.
  ///   - appearanceDeviation: The appearance kernel's standard deviation in pixels, above 0.
  ///   - colorDeviation: The appearance kernel's standard deviation over colours, above 0.
  ///   - appearanceWeight: The appearance kernel's weight, at least 0.
  ///   - iterationCount: The number of mean-field iterations, at least 0.
  public init(
    smoothnessDeviation: Double, smoothnessWeight: Double, appearanceDeviation: Double,
    colorDeviation: Double, appearanceWeight: Double, iterationCount: Int
  ) {
    self.smoothnessDeviation = smoothnessDeviation
    self.smoothnessWeight = smoothnessWeight
    self.appearanceDeviation = appearanceDeviation
    self.colorDeviation = colorDeviation
    self.appearanceWeight = appearanceWeight
    self.iterationCount = iterationCount
  }

  /// Returns the same kernels for a map that is `factor` times smaller than the image was.
  ///
  /// - Parameter factor: Image size divided by map size, above 0.
  /// - Returns: Parameters with both spatial deviations divided by `factor`.
  public func scaled(downBy factor: Double) -> DenseCRFParameters {
    var result = self
    result.smoothnessDeviation /= factor
    result.appearanceDeviation /= factor
    return result
  }

  /// A sentence about the first value outside its range, or nil.
  var problem: String? {
    func isPositive(_ value: Double) -> Bool { value > 0 && value.isFinite }
    func isWeight(_ value: Double) -> Bool { value >= 0 && value.isFinite }
    if !isPositive(smoothnessDeviation) {
      return "Smoothness deviation must be positive, got \(smoothnessDeviation)"
    }
    if !isWeight(smoothnessWeight) {
      return "Smoothness weight must not be negative, got \(smoothnessWeight)"
    }
    if !isPositive(appearanceDeviation) {
      return "Appearance deviation must be positive, got \(appearanceDeviation)"
    }
    if !isPositive(colorDeviation) {
      return "Color deviation must be positive, got \(colorDeviation)"
    }
    if !isWeight(appearanceWeight) {
      return "Appearance weight must not be negative, got \(appearanceWeight)"
    }
    if iterationCount < 0 {
      return "Iteration count must not be negative, got \(iterationCount)"
    }
    return nil
  }
}

// MARK: - Published settings

extension DenseCRFParameters {
  /// The setting of SEAM and PSA for CAM labels, with ``UnaryEnergies/fromSoftmax(_:labelCount:)``.
  ///
  /// # Source
  ///
  /// `YudeWang/SEAM tool/imutils.py:crf_inference`, `jiwoon-ahn/psa tool/imutils.py:crf_inference`.
  public static let seamLabels = DenseCRFParameters(
    smoothnessDeviation: 3, smoothnessWeight: 3, appearanceDeviation: 80, colorDeviation: 13,
    appearanceWeight: 10, iterationCount: 10)

  /// The setting of IRN for inter-pixel labels, with unary energies from hard labels.
  ///
  /// # Source
  ///
  /// `jiwoon-ahn/irn@a2ece0034d misc/imutils.py:crf_inference_label`; the certainty there is 0.7.
  public static let irnLabels = DenseCRFParameters(
    smoothnessDeviation: 3, smoothnessWeight: 3, appearanceDeviation: 50, colorDeviation: 5,
    appearanceWeight: 10, iterationCount: 10)

  /// The setting of SEC and DSRG at test time, with ``UnaryEnergies/fromSoftmax(_:labelCount:)``.
  ///
  /// # Source
  ///
  /// `kolesman/SEC@c78419059f CRF/krahenbuhl2013/CRF.py`, scale factor 1.
  public static let secInference = seamLabels

  /// The setting of the SEC and DSRG losses on 41×41 maps of 321×321 images (scale factor 12).
  ///
  /// The image is the network's input reduced to the map. SEC takes
  /// ``UnaryEnergies/fromLogits(_:labelCount:)``, DSRG
  /// ``UnaryEnergies/fromProbabilities(_:labelCount:)``.
  ///
  /// # Source
  ///
  /// `kolesman/SEC@c78419059f pylayers/pylayers/pylayers.py:CRFLayer`.
  public static let secTraining = seamLabels.scaled(downBy: 12)

  /// The setting of the PyTorch DeepLab-v2 at test time, with energies from the softmax.
  ///
  /// The reference subtracts the mean colour from its BGR image and casts the negative values to
  /// bytes, which wraps them; pass such an image to get its numbers.
  ///
  /// # Source
  ///
  /// `kazuto1011/deeplab-pytorch libs/utils/crf.py` and its configuration files.
  public static let deepLabV2 = DenseCRFParameters(
    smoothnessDeviation: 1, smoothnessWeight: 3, appearanceDeviation: 67, colorDeviation: 3,
    appearanceWeight: 4, iterationCount: 10)

  /// The setting of the DeepLab-v1 on ResNet-38 that SEAM reports, with energies from the softmax.
  ///
  /// # Source
  ///
  /// `YudeWang/semantic-segmentation-codebase lib/utils/imutils.py:crf_inference`.
  public static let deepLabV1ResNet38 = DenseCRFParameters(
    smoothnessDeviation: 3, smoothnessWeight: 3, appearanceDeviation: 32, colorDeviation: 13,
    appearanceWeight: 10, iterationCount: 1)
}
