import Essentials

/// A table that cannot be laid out.
public enum TableError: Error, Equatable, Sendable, CustomStringConvertible {
  /// An axis that is given twice.
  case axisTwice(String)
  /// A run without the confusion matrices of its images.
  case noImages(run: String)
  /// An axis that no run has.
  case unknownAxis(String, known: [String])

  /// The message: what was found, what was expected, what to do next.
  public var description: String {
    switch self {
    case .axisTwice(let name):
      "The axis '\(name)' is given twice. Expected every axis once, in --rows or in --columns."
    case .noImages(let run):
      "'\(run)' has no \(RunConfusions.fileName), from which the IoU of classes follows. Run the same "
        + "'conta run' again: it writes the file and computes nothing twice."
    case .unknownAxis(let name, let known):
      "No run has the key '\(name)'. Expected \(TableAxis.named.map(\.name).joined(separator: ", ")) "
        + "or a key of 'configuration.yaml', for example segmenter.name."
        + Suggestions.didYouMean(name, among: known)
    }
  }
}
