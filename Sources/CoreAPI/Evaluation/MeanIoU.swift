/// Which classes a mean IoU is taken over.
///
/// The reference implementations agree when every class occurs and differ widely when one does not:
/// the same maps can give 22 %, 52 %, 58 % and 66 %. So every number of this project names its
/// definition.
public enum MeanIoU: String, Sendable, CaseIterable, Codable {
  /// All classes of the list; one that neither occurs nor is predicted counts as 0.
  ///
  /// # Source
  ///
  /// `YudeWang/SEAM evaluation.py`, which adds 1e-10 to the denominator; the difference is below 1e-10.
  case allClasses = "all-classes"
  /// Classes that occur or are predicted; one that is only predicted counts as 0.
  ///
  /// # Source
  ///
  /// `jiwoon-ahn/irn step/eval_cam.py`, `step/eval_sem_seg.py` (`nanmean`).
  case presentClasses = "present-classes"
  /// Classes that occur in the ground truth.
  ///
  /// # Source
  ///
  /// `kazuto1011/deeplab-pytorch libs/utils/metric.py`.
  case groundTruthClasses = "ground-truth-classes"
  /// Classes of which at least one pixel was predicted right: a class that is missed altogether does
  /// not lower the mean.
  ///
  /// # Source
  ///
  /// `speedinghzl/DSRG training/tools/evaluate.py`.
  case recognizedClasses = "recognized-classes"

  /// The definition in words, for the lines beneath tables.
  public var phrase: String {
    switch self {
    case .allClasses: "mean over all classes, absent ones count as 0"
    case .presentClasses: "mean over the classes that occur or are predicted"
    case .groundTruthClasses: "mean over the classes in the ground truth"
    case .recognizedClasses: "mean over the classes with at least one pixel predicted right"
    }
  }

  /// Returns what a class adds to the mean, nil if it takes no part in it.
  ///
  /// - Parameters:
  ///   - truePositives: The number of the class's pixels that were predicted as it.
  ///   - groundTruth: The number of pixels of the class.
  ///   - predicted: The number of pixels predicted as the class.
  /// - Returns: The class's IoU in `0...1`, 0 for an absent class that counts, or nil.
  public func term(truePositives: Double, groundTruth: Double, predicted: Double) -> Double? {
    let union = groundTruth + predicted - truePositives
    let iou = union > 0 ? truePositives / union : nil
    return switch self {
    case .allClasses: iou ?? 0
    case .presentClasses: iou
    case .groundTruthClasses: groundTruth > 0 ? iou : nil
    case .recognizedClasses: truePositives > 0 ? iou : nil
    }
  }
}
