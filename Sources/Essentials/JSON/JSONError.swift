/// The place and the reason why a text is no JSON.
public struct JSONError: Error, Equatable, CustomStringConvertible, Sendable {
  /// What was found or expected.
  public let problem: String
  /// The byte where it was found, counted from 0.
  public let offset: Int

  /// The problem and its place, to be put into a longer sentence.
  public var description: String { "\(problem) (byte \(offset))" }
}
