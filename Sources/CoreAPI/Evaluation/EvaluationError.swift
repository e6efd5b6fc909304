/// Predictions that cannot be scored.
public enum EvaluationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A prediction of another size than its ground truth.
  case sizeMismatch(
    predictionWidth: Int, predictionHeight: Int, groundTruthWidth: Int, groundTruthHeight: Int)
  /// A class index that the class list does not have.
  case unknownClass(role: String, index: Int, classCount: Int)
  /// A CAM with a class that the class list does not have.
  case unknownMapClass(index: Int, classCount: Int)

  /// The message: what was found, what was expected, what to do next.
  public var description: String {
    switch self {
    case .sizeMismatch(let predictionWidth, let predictionHeight, let width, let height):
      "The prediction is \(predictionWidth)×\(predictionHeight), the ground truth is "
        + "\(width)×\(height). Expected equal sizes; predict at the image's size."
    case .unknownClass(let role, let index, let classCount):
      "The \(role) has class index \(index). Expected 0 through \(classCount - 1), or 255 to "
        + "ignore. Check the class list."
    case .unknownMapClass(let index, let classCount):
      "The class activation map has class index \(index). Expected 1 through \(classCount - 1). "
        + "Check the class list."
    }
  }
}
