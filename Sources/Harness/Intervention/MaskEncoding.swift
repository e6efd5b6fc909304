import CoreAPI
import Imaging

/// How the mask X_m of an image becomes numbers.
public enum MaskEncoding: String, CaseIterable, Sendable, Codable {
  /// One plane of 0 and 1 for each foreground class, so that classes have no order.
  case oneHot = "one-hot"
  /// The class index of every pixel, as the shapes in eq. 3 suggest; classes become ordered.
  case classIndex = "class-index"
  /// The class index divided by the number of classes.
  case scaledClassIndex = "scaled-class-index"

  /// The number of planes of an encoded mask.
  func planeCount(classCount: Int) -> Int { self == .oneHot ? classCount : 1 }

  /// Appends an encoded mask to a batch; undecided pixels count as background.
  func encode(_ mask: LabelMap, classCount: Int, into values: inout [Float]) {
    switch self {
    case .oneHot:
      let start = values.count
      values.append(contentsOf: repeatElement(0, count: classCount * mask.indices.count))
      for (pixel, index) in mask.indices.enumerated()
      where index > 0 && Int(index) <= classCount {
        values[start + (Int(index) - 1) * mask.indices.count + pixel] = 1
      }
    case .classIndex, .scaledClassIndex:
      let scale: Float = self == .classIndex ? 1 : 1 / Float(classCount)
      values.append(
        contentsOf: mask.indices.map { Int($0) <= classCount ? Float($0) * scale : 0 })
    }
  }
}
