public import Imaging

/// Where in an image each of its classes was recognised: one score plane for each present class.
///
/// # Shapes
///
/// - `scores`: `[classes.count, height, width]`, row-major; after ``normalized()`` in `0...1`.
public struct ClassActivationMap: Sendable, Equatable {
  /// The class indices of the planes, ascending, each at least 1.
  public let classes: [Int]
  /// The number of rows.
  public let height: Int
  /// The number of columns.
  public let width: Int
  /// The score planes.
  public var scores: [Float]

  /// Creates a map from its planes.
  ///
  /// - Parameters:
  ///   - classes: The class index of each plane, ascending, each at least 1.
  ///   - height: The number of rows.
  ///   - width: The number of columns.
  ///   - scores: `[classes.count, height, width]` scores.
  public init(classes: [Int], height: Int, width: Int, scores: [Float]) {
    precondition(
      scores.count == classes.count * height * width,
      "A CAM of \(classes.count) classes, \(height)×\(width), needs "
        + "\(classes.count * height * width) scores, got \(scores.count)")
    precondition(
      classes.allSatisfy { $0 > 0 } && zip(classes, classes.dropFirst()).allSatisfy { $0 < $1 },
      "CAM classes must be ascending foreground indices, got \(classes)")
    self.classes = classes
    self.height = height
    self.width = width
    self.scores = scores
  }

  /// Returns the map with every class divided by its maximum.
  ///
  /// # Source
  ///
  /// `jiwoon-ahn/irn step/make_cam.py`: division by (maximum + 1e-5).
  public func normalized() -> ClassActivationMap {
    var result = self
    let size = height * width
    for plane in classes.indices {
      let range = plane * size..<(plane + 1) * size
      let divisor = (scores[range].max() ?? 0) + 1e-5
      for i in range { result.scores[i] = scores[i] / divisor }
    }
    return result
  }

  /// Returns the class of the highest score at every pixel, the background having a constant score.
  ///
  /// The background wins ties, as in `numpy.argmax` with the background plane first.
  ///
  /// - Parameter backgroundScore: The constant score of the background.
  /// - Returns: The label map, of the map's size.
  public func labelMap(backgroundScore: Float) -> LabelMap {
    var labels = LabelMap(width: width, height: height, filledWith: 0)
    let size = height * width
    scores.withUnsafeBufferPointer { scores in
      labels.indices.withUnsafeMutableBufferPointer { indices in
        for pixel in 0..<size {
          var best = backgroundScore
          for plane in classes.indices where scores[plane * size + pixel] > best {
            best = scores[plane * size + pixel]
            indices[pixel] = UInt8(classes[plane])
          }
        }
      }
    }
    return labels
  }
}
