public import Imaging

/// Scores class activation maps at many background thresholds in one pass over the pixels.
///
/// At threshold t a pixel is background unless one of the image's class maps exceeds t; then it is
/// the class of the highest map. The background wins ties, and among classes the first one does.
///
/// # Source
///
/// `YudeWang/SEAM evaluation.py --curve`; `jiwoon-ahn/irn step/eval_cam.py` for one threshold.
public struct ThresholdSweep: Sendable {
  /// The thresholds of ``areaUnderCurve(_:)``: 0, 0.01, …, 1.
  public static let unitThresholds = (0...100).map { Float(Double($0) / 100) }

  /// The thresholds, ascending, each at least 0.
  public let thresholds: [Float]
  /// The number of classes, the background included.
  public let classCount: Int

  /// `[true class, highest class, number of thresholds it exceeds]` pixel counts.
  private var counts: [Int64]

  /// Creates a sweep without images.
  ///
  /// - Parameters:
  ///   - classCount: The number of classes, the background included.
  ///   - thresholds: The thresholds, strictly ascending, each at least 0.
  public init(classCount: Int, thresholds: [Float] = ThresholdSweep.unitThresholds) {
    precondition(
      (1...255).contains(classCount), "Class count must be in 1...255, got \(classCount)")
    precondition(
      !thresholds.isEmpty && thresholds.allSatisfy { $0 >= 0 }
        && zip(thresholds, thresholds.dropFirst()).allSatisfy { $0 < $1 },
      "Thresholds must ascend from at least 0, got \(thresholds)")
    self.classCount = classCount
    self.thresholds = thresholds
    counts = [Int64](repeating: 0, count: classCount * classCount * (thresholds.count + 1))
  }

  /// Counts the pixels of one image.
  ///
  /// # Shapes
  ///
  /// - `scores`: `[classes.count, height, width]` of the ground truth's size, row-major.
  ///
  /// - Parameters:
  ///   - scores: The maps of the image's classes.
  ///   - classes: The class index of every map, ascending.
  ///   - groundTruth: The true classes.
  /// - Throws: ``EvaluationError`` if a class is unknown; the sweep is then unchanged.
  public mutating func add(scores: [Float], classes: [Int], groundTruth: LabelMap) throws {
    var added = counts
    let bins = thresholds.count + 1
    try HighestScores.forEachPixel(
      of: scores, classes: classes, groundTruth: groundTruth, classCount: classCount
    ) { truth, best, score in
      let highest = best.map { classes[$0] } ?? 0
      added[(truth * classCount + highest) * bins + exceeded(by: score)] += 1
    }
    counts = added
  }

  /// Counts pixels of which only the highest score and its class are known.
  ///
  /// - Parameters:
  ///   - count: The number of pixels.
  ///   - trueClass: Their true class.
  ///   - highestClass: The class of the highest map.
  ///   - score: That map's score.
  public mutating func add(_ count: Int64, trueClass: Int, highestClass: Int, score: Float) {
    precondition(
      (0..<classCount).contains(trueClass) && (0..<classCount).contains(highestClass),
      "Classes must be in 0..<\(classCount), got \(trueClass) and \(highestClass)")
    let cell = (trueClass * classCount + highestClass) * (thresholds.count + 1)
    counts[cell + exceeded(by: score)] += count
  }

  /// Adds the pixels of another sweep.
  ///
  /// - Parameter other: A sweep of the same classes and thresholds.
  public mutating func merge(_ other: ThresholdSweep) {
    precondition(
      classCount == other.classCount && thresholds == other.thresholds,
      "Only sweeps of equal classes and thresholds add up")
    for i in counts.indices { counts[i] += other.counts[i] }
  }

  /// Returns the confusion matrix at one of the thresholds.
  ///
  /// - Parameter index: The position in ``thresholds``.
  /// - Returns: The matrix of all images added.
  public func confusion(at index: Int) -> ConfusionMatrix {
    var matrix = ConfusionMatrix(classCount: classCount)
    let bins = thresholds.count + 1
    for truth in 0..<classCount {
      for best in 0..<classCount {
        for bin in 0..<bins {
          let count = counts[(truth * classCount + best) * bins + bin]
          // A score that exceeds `bin` thresholds exceeds the one at `index` if index < bin.
          matrix[groundTruth: truth, prediction: index < bin ? best : 0] += count
        }
      }
    }
    return matrix
  }

  /// Returns the mean IoU at every threshold, 0 where the definition leaves no class.
  ///
  /// - Parameter definition: Which classes take part.
  /// - Returns: One mean IoU in `0...1` for each threshold.
  public func curve(_ definition: MeanIoU = .presentClasses) -> [Double] {
    thresholds.indices.map { confusion(at: $0).meanIoU(definition) ?? 0 }
  }

  /// Returns the position of the threshold with the highest mean IoU, the lowest one among equals.
  ///
  /// Choosing it looks at the ground truth that is scored: its protocol is "oracle".
  ///
  /// - Parameter definition: Which classes take part.
  /// - Returns: The position.
  public func bestIndex(_ definition: MeanIoU = .presentClasses) -> Int {
    let curve = curve(definition)
    return curve.indices.dropFirst().reduce(0) { curve[$1] > curve[$0] ? $1 : $0 }
  }

  /// Returns the mean of the mean IoU over all thresholds, a score that needs none.
  ///
  /// ```
  /// area = ∫ mIoU(t) dt / (t_last - t_first)
  /// ```
  ///
  /// by the trapezoid rule over ``thresholds``. With ``unitThresholds`` and maps in `0...1` it is the
  /// expected mIoU at a threshold drawn uniformly. It stays in `0...1`, and unlike the best
  /// threshold's mIoU it looks at no ground truth to choose; it does depend on the maps' scale.
  ///
  /// - Parameter definition: Which classes take part.
  /// - Returns: The area, in `0...1`.
  public func areaUnderCurve(_ definition: MeanIoU = .presentClasses) -> Double {
    let curve = curve(definition)
    guard let first = thresholds.first, let last = thresholds.last, last > first else {
      return curve[0]
    }
    var area = 0.0
    for i in 1..<curve.count {
      area += (curve[i] + curve[i - 1]) / 2 * Double(thresholds[i] - thresholds[i - 1])
    }
    return area / Double(last - first)
  }

  /// The number of thresholds that are below a score.
  private func exceeded(by score: Float) -> Int {
    var low = 0
    var high = thresholds.count
    while low < high {
      let middle = (low + high) / 2
      if thresholds[middle] < score { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
