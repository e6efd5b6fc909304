import CoreAPI

/// The scores of one round.
public struct RoundScores: Sendable, Equatable, Codable {
  /// Mean IoU of CAMs at the recipe's fixed threshold, in percent.
  public var cam: Double
  /// The area under the curve of CAM mean IoU over thresholds 0 to 1, in percent.
  public var camArea: Double
  /// The best CAM mean IoU over thresholds, chosen on the scored ground truth, in percent.
  public var camOracle: Double
  /// The threshold of ``camOracle``.
  public var camOracleThreshold: Double
  /// Mean IoU of pseudo-masks, in percent.
  public var pseudoMask: Double
  /// Mean IoU of the segmentation network's masks, in percent.
  public var segmentation: Double
  /// IoU of every class, background first, in percent, nil for absent classes.
  public var camPerClass: [Double?]
  /// IoU of every class, background first, in percent, nil for absent classes.
  public var pseudoMaskPerClass: [Double?]
  /// IoU of every class, background first, in percent, nil for absent classes.
  public var segmentationPerClass: [Double?]

  /// The scores of a round that did not run.
  static let zero = RoundScores(
    cam: 0, camArea: 0, camOracle: 0, camOracleThreshold: 0, pseudoMask: 0, segmentation: 0,
    camPerClass: [], pseudoMaskPerClass: [], segmentationPerClass: [])
}

extension RoundScores {
  /// Makes the scores of the counts of a round.
  ///
  /// - Parameters:
  ///   - sets: The confusion matrices of all three kinds of output, as those of round 0.
  ///   - sweep: The CAMs at all thresholds.
  init(_ sets: [RunConfusions.Place: ImageConfusions], sweep: ThresholdSweep) {
    func total(_ column: ResultColumn) -> ConfusionMatrix? {
      sets[.init(round: 0, column: column)]?.total
    }
    func mean(_ matrix: ConfusionMatrix?) -> Double { 100 * (matrix?.meanIoU() ?? 0) }
    func perClass(_ matrix: ConfusionMatrix?) -> [Double?] {
      (0..<(matrix?.classCount ?? 0)).map { matrix?.iou(ofClass: $0).map { 100 * $0 } }
    }
    let (cams, pseudoMasks) = (total(.classActivationMap), total(.pseudoMask))
    let masks = total(.segmentationMask)
    let curve = sweep.curve()
    let best = sweep.bestIndex()
    self.init(
      cam: mean(cams), camArea: 100 * sweep.areaUnderCurve(), camOracle: 100 * curve[best],
      camOracleThreshold: Double(sweep.thresholds[best]), pseudoMask: mean(pseudoMasks),
      segmentation: mean(masks), camPerClass: perClass(cams),
      pseudoMaskPerClass: perClass(pseudoMasks), segmentationPerClass: perClass(masks))
  }
}
