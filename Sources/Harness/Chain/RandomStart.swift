import CoreAPI
import Tensors

/// Finds parts that begin with random weights where pretrained ones are the rule.
///
/// Such a run is legal, and its scores are poor for a reason that nothing else would tell.
enum RandomStart {
  /// The number of weights from which on a network does not learn from a data set of this kind alone.
  static let size = 1_000_000

  /// Returns a line for a part that begins at random, nil if it is small or read a file of weights.
  ///
  /// - Parameters:
  ///   - title: What the part's training is called.
  ///   - weightCount: The number of its weights.
  ///   - supervision: What it learned from before.
  /// - Returns: What a user should know before the training.
  static func note(
    on title: String, weightCount: Int, supervision: [SupervisionRecord]
  ) -> String? {
    guard weightCount >= size, !supervision.contains(where: { $0.kind == "weights" }) else {
      return nil
    }
    return "The \(title) begins with \(weightCount / size) million random weights. If that is not "
      + "meant, name a file of pretrained ones under 'weights' in its section of the recipe."
  }
}

extension ChainRound {
  /// Lines on parts that begin with random weights.
  var randomStarts: [String] {
    parts.compactMap { title, part in
      let count = part.parameters.parameters.reduce(0) { $0 + $1.value.shape.reduce(1, *) }
      return RandomStart.note(on: title, weightCount: count, supervision: part.supervision)
    }
  }
}
