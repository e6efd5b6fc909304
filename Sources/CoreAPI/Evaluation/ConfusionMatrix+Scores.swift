extension ConfusionMatrix {
  /// The number of counted pixels.
  public var pixelCount: Int64 { counts.reduce(0, +) }

  /// Returns the number of pixels of a class that were predicted as it.
  ///
  /// - Parameter index: The class.
  /// - Returns: The number of pixels.
  public func truePositives(ofClass index: Int) -> Int64 {
    self[groundTruth: index, prediction: index]
  }

  /// Returns the number of pixels whose true class this is.
  ///
  /// - Parameter index: The class.
  /// - Returns: The number of pixels.
  public func groundTruthPixels(ofClass index: Int) -> Int64 {
    counts[index * classCount..<(index + 1) * classCount].reduce(0, +)
  }

  /// Returns the number of pixels predicted as a class.
  ///
  /// - Parameter index: The class.
  /// - Returns: The number of pixels.
  public func predictedPixels(ofClass index: Int) -> Int64 {
    (0..<classCount).reduce(0) { $0 + self[groundTruth: $1, prediction: index] }
  }

  /// Returns the number of pixels that are of a class or predicted as it.
  ///
  /// - Parameter index: The class.
  /// - Returns: The number of pixels.
  public func unionPixels(ofClass index: Int) -> Int64 {
    groundTruthPixels(ofClass: index) + predictedPixels(ofClass: index)
      - truePositives(ofClass: index)
  }

  /// Returns a class's intersection over union, nil if it is neither in the ground truth nor
  /// predicted.
  ///
  /// - Parameter index: The class.
  /// - Returns: The ratio in `0...1`, or nil.
  public func iou(ofClass index: Int) -> Double? {
    ratio(truePositives(ofClass: index), unionPixels(ofClass: index))
  }

  /// Returns the share of a class's union that is predicted but false, nil if the union is empty.
  ///
  /// With ``iou(ofClass:)`` and ``missedShare(ofClass:)`` it adds up to 1: an incomplete seed misses
  /// much, one that spills over is false in much (`jiwoon-ahn/irn step/eval_sem_seg.py`).
  ///
  /// - Parameter index: The class.
  /// - Returns: The share in `0...1`, or nil.
  public func falseShare(ofClass index: Int) -> Double? {
    ratio(
      predictedPixels(ofClass: index) - truePositives(ofClass: index), unionPixels(ofClass: index))
  }

  /// Returns the share of a class's union that is true but not predicted, nil if the union is empty.
  ///
  /// - Parameter index: The class.
  /// - Returns: The share in `0...1`, or nil.
  public func missedShare(ofClass index: Int) -> Double? {
    ratio(
      groundTruthPixels(ofClass: index) - truePositives(ofClass: index),
      unionPixels(ofClass: index))
  }

  /// The share of pixels predicted right, nil without pixels.
  public var pixelAccuracy: Double? {
    ratio((0..<classCount).reduce(0) { $0 + truePositives(ofClass: $1) }, pixelCount)
  }

  /// The mean over the classes in the ground truth of the share of their pixels predicted right, nil
  /// without pixels.
  public var meanAccuracy: Double? {
    mean(
      (0..<classCount).compactMap {
        ratio(truePositives(ofClass: $0), groundTruthPixels(ofClass: $0))
      })
  }

  /// The mean of the classes' IoU weighted by their true pixels, nil without pixels.
  public var frequencyWeightedIoU: Double? {
    guard pixelCount > 0 else { return nil }
    return (0..<classCount).reduce(0) { sum, index in
      sum + (iou(ofClass: index) ?? 0) * Double(groundTruthPixels(ofClass: index))
    } / Double(pixelCount)
  }

  /// Returns the mean IoU under a named definition, nil if the definition leaves no class.
  ///
  /// - Parameter definition: Which classes take part.
  /// - Returns: The mean in `0...1`, or nil.
  public func meanIoU(_ definition: MeanIoU = .presentClasses) -> Double? {
    mean(
      (0..<classCount).compactMap { index in
        definition.term(
          truePositives: Double(truePositives(ofClass: index)),
          groundTruth: Double(groundTruthPixels(ofClass: index)),
          predicted: Double(predictedPixels(ofClass: index)))
      })
  }

  private func ratio(_ numerator: Int64, _ denominator: Int64) -> Double? {
    denominator > 0 ? Double(numerator) / Double(denominator) : nil
  }

  private func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }
}
