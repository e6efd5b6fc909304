import ArgumentParser
import Essentials

/// Options whose value is one of a few names.
enum Choice {
  /// Returns the case that a name stands for.
  ///
  /// - Parameters:
  ///   - text: The name, as it was given.
  ///   - option: The option, for example `--format`.
  /// - Returns: The case.
  /// - Throws: `ValidationError` that lists the names if there is no such one.
  static func parse<Value: CaseIterable & RawRepresentable<String>>(
    _ text: String, option: String
  ) throws -> Value {
    guard let value = Value(rawValue: text) else {
      let names = Value.allCases.map(\.rawValue)
      throw ValidationError(
        "'\(option) \(text)' is unknown. Expected one of: \(names.joined(separator: ", "))."
          + Suggestions.didYouMean(text, among: names))
    }
    return value
  }
}
