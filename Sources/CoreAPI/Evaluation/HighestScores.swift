public import Imaging

/// The highest of an image's class maps at every pixel that counts.
///
/// Everything that is counted of class activation maps, at one threshold or at many, is counted from
/// these.
public enum HighestScores {
  /// Visits the pixels in row-major order; those of ground truth 255 are left out.
  ///
  /// # Shapes
  ///
  /// - `scores`: `[classes.count, height, width]` of the ground truth's size, row-major.
  ///
  /// - Parameters:
  ///   - scores: The maps of the image's classes.
  ///   - classes: The class index of every map, ascending.
  ///   - groundTruth: The true classes.
  ///   - classCount: The number of classes, the background included.
  ///   - visit: Gets the true class, the position of the highest map in `classes` and its score. Among
  ///     equal scores the first map is the highest, as in `ClassActivationMap.labelMap`; without maps
  ///     the position is nil and the score -∞.
  /// - Throws: ``EvaluationError`` if a class is unknown; pixels before it were visited then.
  public static func forEachPixel(
    of scores: [Float], classes: [Int], groundTruth: LabelMap, classCount: Int,
    _ visit: (_ trueClass: Int, _ highestMap: Int?, _ score: Float) -> Void
  ) throws {
    let size = groundTruth.width * groundTruth.height
    precondition(
      scores.count == classes.count * size,
      "\(classes.count) maps of \(groundTruth.width)×\(groundTruth.height) need "
        + "\(classes.count * size) scores, got \(scores.count)")
    if let index = classes.first(where: { !(1..<classCount).contains($0) }) {
      throw EvaluationError.unknownMapClass(index: index, classCount: classCount)
    }
    for pixel in 0..<size {
      let truth = groundTruth.indices[pixel]
      if truth == LabelMap.ignoreIndex { continue }
      guard Int(truth) < classCount else {
        throw EvaluationError.unknownClass(
          role: "ground truth", index: Int(truth), classCount: classCount)
      }
      var best: Int?
      var score = -Float.infinity
      for plane in classes.indices where scores[plane * size + pixel] > score {
        score = scores[plane * size + pixel]
        best = plane
      }
      visit(Int(truth), best, score)
    }
  }
}
