public import Imaging

/// Counts of pixels by true class (rows) and predicted class (columns).
///
/// One matrix is filled over a whole set: mean IoU is a ratio of sums, not a mean over images. Pixels
/// whose ground truth is `LabelMap.ignoreIndex` are not counted, whatever was predicted there.
///
/// # Source
///
/// `YudeWang/SEAM evaluation.py`, `jiwoon-ahn/irn step/eval_sem_seg.py`.
public struct ConfusionMatrix: Sendable, Equatable, Codable {
  /// What a prediction of `LabelMap.ignoreIndex` counts as.
  public enum IgnoredPrediction: String, Sendable, CaseIterable, Codable {
    /// Background, as in `jiwoon-ahn/irn step/eval_sem_seg.py`.
    case background
    /// An error: the prediction is refused.
    case refused
  }

  /// The number of classes, the background included.
  public let classCount: Int
  /// `[true class, predicted class]` pixel counts, row-major.
  public private(set) var counts: [Int64]

  /// Creates an empty matrix.
  ///
  /// - Parameter classCount: The number of classes, the background included, in `1...255`.
  public init(classCount: Int) {
    precondition(
      (1...255).contains(classCount), "Class count must be in 1...255, got \(classCount)")
    self.classCount = classCount
    counts = [Int64](repeating: 0, count: classCount * classCount)
  }

  /// Creates a matrix from its counts.
  ///
  /// - Parameters:
  ///   - classCount: The number of classes, the background included.
  ///   - counts: `[true class, predicted class]` pixel counts, row-major, none negative.
  public init(classCount: Int, counts: [Int64]) {
    precondition(
      counts.count == classCount * classCount,
      "A confusion matrix of \(classCount) classes needs \(classCount * classCount) counts, "
        + "got \(counts.count)")
    precondition(counts.allSatisfy { $0 >= 0 }, "Pixel counts must not be negative")
    self.classCount = classCount
    self.counts = counts
  }

  /// The number of pixels of a true class that were predicted as another.
  ///
  /// - Parameters:
  ///   - groundTruth: The true class.
  ///   - prediction: The predicted class.
  public subscript(groundTruth groundTruth: Int, prediction prediction: Int) -> Int64 {
    get { counts[groundTruth * classCount + prediction] }
    set { counts[groundTruth * classCount + prediction] = newValue }
  }

  /// Counts the pixels of one image.
  ///
  /// - Parameters:
  ///   - prediction: The predicted classes.
  ///   - groundTruth: The true classes, of the same size.
  ///   - ignored: What a prediction of `LabelMap.ignoreIndex` counts as.
  /// - Throws: ``EvaluationError`` if the sizes differ or a class is unknown; the matrix is then
  ///   unchanged.
  public mutating func add(
    prediction: LabelMap, groundTruth: LabelMap, ignored: IgnoredPrediction = .background
  ) throws {
    guard prediction.width == groundTruth.width, prediction.height == groundTruth.height else {
      throw EvaluationError.sizeMismatch(
        predictionWidth: prediction.width, predictionHeight: prediction.height,
        groundTruthWidth: groundTruth.width, groundTruthHeight: groundTruth.height)
    }
    let classCount = classCount
    // All 65,536 pairs are counted first, so that the loop over pixels has no branches.
    let pairs = [Int64](unsafeUninitializedCapacity: 1 << 16) { pairs, count in
      pairs.initialize(repeating: 0)
      for (truth, predicted) in zip(groundTruth.indices, prediction.indices) {
        pairs[Int(truth) << 8 | Int(predicted)] += 1
      }
      count = 1 << 16
    }
    var added = counts
    for truth in 0..<256 where truth != Int(LabelMap.ignoreIndex) {
      for predicted in 0..<256 where pairs[truth << 8 | predicted] > 0 {
        guard truth < classCount else {
          throw EvaluationError.unknownClass(
            role: "ground truth", index: truth, classCount: classCount)
        }
        var column = predicted
        if column == Int(LabelMap.ignoreIndex), ignored == .background { column = 0 }
        guard column < classCount else {
          throw EvaluationError.unknownClass(
            role: "prediction", index: predicted, classCount: classCount)
        }
        added[truth * classCount + column] += pairs[truth << 8 | predicted]
      }
    }
    counts = added
  }

  /// Adds the counts of another matrix.
  ///
  /// - Parameter other: A matrix of as many classes.
  public mutating func merge(_ other: ConfusionMatrix) {
    precondition(
      classCount == other.classCount,
      "Confusion matrices of \(classCount) and \(other.classCount) classes do not add up")
    for i in counts.indices { counts[i] += other.counts[i] }
  }
}
