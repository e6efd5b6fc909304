/// A column of the paper's table.
public enum ResultColumn: String, Codable, Sendable, CaseIterable {
  /// The class activation maps.
  case classActivationMap = "cam"
  /// The pseudo-masks.
  case pseudoMask = "pseudo-mask"
  /// The segmentation masks.
  case segmentationMask = "segmentation-mask"

  /// The column's heading.
  public var title: String {
    switch self {
    case .classActivationMap: "CAM"
    case .pseudoMask: "Pseudo-Mask"
    case .segmentationMask: "Seg. Mask"
    }
  }
}

/// One measured number of a run, with all that decides which cell it belongs into.
public struct ResultRecord: Codable, Equatable, Sendable {
  /// The baseline's name, for example "IRNet".
  public var method: String
  /// What was added to it, for example "CONTA"; nil for the baseline itself.
  public var variant: String?
  /// The round the number was measured after; 0 is the baseline.
  public var round: Int
  /// The seed of the run.
  public var seed: UInt64
  /// What was scored.
  public var column: ResultColumn
  /// The mean IoU, `0...1`.
  public var meanIoU: Double
  /// The area under the mIoU-threshold curve, `0...1`, for class activation maps.
  public var areaUnderCurve: Double?
  /// How it was measured.
  public var evaluation: EvaluationProtocol
  /// The folder of the evaluation, relative to the run's.
  public var stage: String

  /// Creates a record.
  ///
  /// - Parameters:
  ///   - method: The baseline's name.
  ///   - variant: What was added to it, nil for the baseline itself.
  ///   - round: The round the number was measured after.
  ///   - seed: The seed of the run.
  ///   - column: What was scored.
  ///   - meanIoU: The mean IoU, `0...1`.
  ///   - areaUnderCurve: The area under the mIoU-threshold curve, `0...1`.
  ///   - evaluation: How it was measured.
  ///   - stage: The folder of the evaluation.
  public init(
    method: String, variant: String? = nil, round: Int, seed: UInt64, column: ResultColumn,
    meanIoU: Double, areaUnderCurve: Double? = nil, evaluation: EvaluationProtocol,
    stage: String = ""
  ) {
    self.method = method
    self.variant = variant
    self.round = round
    self.seed = seed
    self.column = column
    self.meanIoU = meanIoU
    self.areaUnderCurve = areaUnderCurve
    self.evaluation = evaluation
    self.stage = stage
  }
}
