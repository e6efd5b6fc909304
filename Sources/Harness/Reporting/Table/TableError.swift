import Essentials

/// A table that cannot be laid out.
public enum TableError: Error, Equatable, Sendable, CustomStringConvertible {
  /// An axis that is given twice.
  case axisTwice(String)
  /// A run without the confusion matrices of its images.
  case noImages(run: String)
  /// An axis that no run has.
  case unknownAxis(String, gridAxes: [String], known: [String])

  /// The message: what was found, what was expected, what to do next.
  public var description: String {
    switch self {
    case .axisTwice(let name):
      "The axis '\(name)' is given twice. Expected every axis once, in --rows or in --columns."
    case .noImages(let run):
      "'\(run)' has no \(RunConfusions.fileName), from which the IoU of classes follows. Run the same "
        + "'conta run' again: it writes the file and computes nothing twice."
    case .unknownAxis(let name, let gridAxes, let known):
      "No run has the axis '\(name)'. Expected \(Self.expected(gridAxes)) or a key of "
        + "'configuration.yaml', for example segmenter.name."
        + Suggestions.didYouMean(name, among: known)
    }
  }

  /// The axes that are no keys, with those of the grids that the runs are cells of.
  private static func expected(_ gridAxes: [String]) -> String {
    var names = TableAxis.named.map(\.name)
    if !gridAxes.isEmpty {
      names.append("an axis of the grid (\(gridAxes.joined(separator: ", ")))")
    }
    return names.joined(separator: ", ")
  }
}
