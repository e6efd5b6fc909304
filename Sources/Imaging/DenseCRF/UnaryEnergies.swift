import Foundation

/// The cost of every label at every pixel before a CRF looks at the image.
///
/// # Shapes
///
/// - `values`: `[labels, pixels]`, label-major; lower is likelier.
public struct UnaryEnergies: Sendable, Equatable {
  /// The number of labels.
  public let labelCount: Int
  /// The energies, `labelCount * pixelCount` of them.
  public let values: [Float]

  /// The number of pixels.
  public var pixelCount: Int { values.count / labelCount }

  /// Creates unary energies from their values.
  ///
  /// - Parameters:
  ///   - values: `[labels, height, width]` energies; `+infinity` forbids a label at a pixel, and
  ///     every pixel needs one finite energy.
  ///   - labelCount: The number of labels, at least 1.
  public init(values: [Float], labelCount: Int) {
    precondition(labelCount >= 1, "Label count must be positive, got \(labelCount)")
    precondition(
      !values.isEmpty && values.count.isMultiple(of: labelCount),
      "\(values.count) energies do not divide into \(labelCount) labels")
    self.values = values
    self.labelCount = labelCount
  }

  /// Returns `-log(clip(p, 1e-5, 1))`, for probabilities or for scores in their place.
  ///
  /// Scores need not sum to 1 over the labels: SEAM and PSA pass CAM scores.
  ///
  /// # Source
  ///
  /// `lucasb-eyer/pydensecrf@2723c7fa4f pydensecrf/utils.py:unary_from_softmax`.
  ///
  /// - Parameters:
  ///   - scores: `[labels, height, width]` probabilities or scores.
  ///   - labelCount: The number of labels, at least 1.
  /// - Returns: The energies of as many labels and pixels.
  public static func fromSoftmax(_ scores: [Float], labelCount: Int) -> UnaryEnergies {
    UnaryEnergies(values: scores.map { -log(min(max($0, 1e-5), 1)) }, labelCount: labelCount)
  }

  /// Returns the energies of hard labels that are right with a given probability.
  ///
  /// ```
  /// U = -log(certainty)                              at the pixel's label
  /// U = -log((1 - certainty) / (labelCount - 1))     at the other labels
  /// ```
  /// Pixels of ``LabelMap/ignoreIndex`` get the same energy, `log(labelCount)`, for every label.
  ///
  /// # Source
  ///
  /// `lucasb-eyer/pydensecrf@2723c7fa4f pydensecrf/utils.py:unary_from_labels` with
  /// `zero_unsure=False`.
  ///
  /// - Parameters:
  ///   - labels: Indices below `labelCount`, or ``LabelMap/ignoreIndex``.
  ///   - labelCount: The number of labels, at least 1.
  ///   - certainty: The probability that a label is right, above 0 and below 1.
  /// - Returns: The energies of as many labels and pixels.
  public static func fromLabels(
    _ labels: LabelMap, labelCount: Int, certainty: Double
  ) -> UnaryEnergies {
    precondition(
      certainty > 0 && certainty < 1, "Certainty must be between 0 and 1, got \(certainty)")
    precondition(labelCount >= 1, "Label count must be positive, got \(labelCount)")
    let pixelCount = labels.indices.count
    let right = Float(-log(certainty))
    let wrong = Float(-log((1 - certainty) / Double(max(labelCount - 1, 1))))
    let unsure = Float(log(Double(labelCount)))
    var values = [Float](repeating: wrong, count: labelCount * pixelCount)
    for (pixel, label) in labels.indices.enumerated() {
      if label == LabelMap.ignoreIndex {
        for other in 0..<labelCount { values[other * pixelCount + pixel] = unsure }
      } else {
        precondition(
          label < labelCount, "Label \(label) is out of range for \(labelCount) labels")
        values[Int(label) * pixelCount + pixel] = right
      }
    }
    return UnaryEnergies(values: values, labelCount: labelCount)
  }

  /// Returns the negated logits, as SEC's boundary loss uses them.
  ///
  /// - Parameters:
  ///   - logits: `[labels, height, width]` scores before the softmax.
  ///   - labelCount: The number of labels, at least 1.
  /// - Returns: The energies of as many labels and pixels.
  public static func fromLogits(_ logits: [Float], labelCount: Int) -> UnaryEnergies {
    UnaryEnergies(values: logits.map { -$0 }, labelCount: labelCount)
  }

  /// Returns the negated probabilities, without a logarithm, as DSRG uses them.
  ///
  /// - Parameters:
  ///   - probabilities: `[labels, height, width]`, each in `0...1`.
  ///   - labelCount: The number of labels, at least 1.
  /// - Returns: The energies of as many labels and pixels.
  public static func fromProbabilities(
    _ probabilities: [Float], labelCount: Int
  ) -> UnaryEnergies {
    UnaryEnergies(values: probabilities.map { -$0 }, labelCount: labelCount)
  }
}
