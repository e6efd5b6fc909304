import CoreAPI
import Essentials
import Foundation
import Imaging

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

/// Adds up confusion over a set and keeps every image's own matrix.
struct SetEvaluation {
  let classCount: Int
  private(set) var total: ConfusionMatrix
  private(set) var perImage: ImageConfusions

  /// Begins an evaluation of the images of a hash, see ``ImageConfusions/images``.
  init(classCount: Int, images: String) {
    self.classCount = classCount
    total = ConfusionMatrix(classCount: classCount)
    perImage = ImageConfusions(classCount: classCount, images: images)
  }

  mutating func add(prediction: LabelMap, groundTruth: LabelMap) throws {
    var matrix = ConfusionMatrix(classCount: classCount)
    try matrix.add(prediction: prediction, groundTruth: groundTruth)
    total.merge(matrix)
    perImage.append(matrix)
  }

  /// Mean IoU in percent, by the definition of the headline numbers.
  var meanIoUPercent: Double { 100 * (total.meanIoU() ?? 0) }

  /// IoU of every class in percent.
  var perClassPercent: [Double?] {
    (0..<classCount).map { total.iou(ofClass: $0).map { 100 * $0 } }
  }
}
