/// Why a world cannot be made or has no such sample.
public enum ContextWorldError: Error, Equatable, CustomStringConvertible, Sendable {
  /// A size or a count is below its minimum.
  case tooSmall(name: String, value: Int, minimum: Int)
  /// A dial is outside `0..<1`.
  case strengthOutOfRange(name: String, value: Double)
  /// No split has this name.
  case unknownSplit(String, suggestion: String)
  /// No sample has this name.
  case unknownSample(String)

  /// The message, with what was expected.
  public var description: String {
    switch self {
    case .tooSmall(let name, let value, let minimum):
      "The world's '\(name)' is \(value). Expected at least \(minimum)."
    case .strengthOutOfRange(let name, let value):
      "The world's '\(name)' is \(value). Expected a number from 0 up to, but not including, 1: "
        + "at 1 some contexts never occur with some classes, and no adjustment can be computed."
    case .unknownSplit(let name, let suggestion):
      "ContextWorld has no split '\(name)'.\(suggestion) "
        + "Splits: \(ContextWorld.splits.joined(separator: ", "))."
    case .unknownSample(let id):
      "ContextWorld has no sample '\(id)'. Expected an id that 'sampleIDs(in:)' lists, such as "
        + "'train_00000'."
    }
  }
}
