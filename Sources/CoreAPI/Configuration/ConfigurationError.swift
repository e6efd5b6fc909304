import Essentials

/// A configuration that does not say what the program can use.
///
/// Every message begins with the place (`file:line`), quotes the full key, says what was found and
/// what was expected.
public enum ConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A value of the wrong kind or out of its range.
  case wrongValue(
    source: ConfigurationSource, key: String, found: String, expected: String, hint: String = "")
  /// A value without a default that was not given.
  case missing(source: ConfigurationSource, key: String, expected: String)
  /// A name that nothing reads.
  case unknownKey(source: ConfigurationSource, key: String, section: String, known: [String])

  /// The message: place, found, expected, what to do next.
  public var description: String {
    switch self {
    case .wrongValue(let source, let key, let found, let expected, let hint):
      return "\(source): '\(key)' is \(found). Expected \(expected).\(hint)"
    case .missing(let source, let key, let expected):
      return "\(source): '\(key)' is missing. Expected \(expected). Add it to the recipe or pass "
        + "'\(key)=…' on the command line."
    case .unknownKey(let source, let key, let section, let known):
      let name = key.split(separator: ".", omittingEmptySubsequences: false).last.map(String.init)
      let place = section.isEmpty ? "the recipe" : "'\(section)'"
      let list = known.isEmpty ? "none" : known.sorted().joined(separator: ", ")
      return "\(source): Unknown key '\(key)'."
        + Suggestions.didYouMean(name ?? key, among: known) + " Keys of \(place): \(list)."
    }
  }
}
