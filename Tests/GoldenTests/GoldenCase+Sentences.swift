import Essentials
import SharedTestSupport

extension GoldenCase {
  /// Returns the number that a pattern finds in a sentence of the manifest.
  ///
  /// Some settings stand in words only, for example "10 iterations, …, scale factor 12".
  func number(_ pattern: Regex<(Substring, Substring)>, in sentence: JSONValue) throws -> Double {
    guard let match = sentence.string?.firstMatch(of: pattern),
      let number = Double(match.output.1)
    else { throw GoldenError("Case \(id): no number in \(sentence)") }
    return number
  }

  /// Returns the distance of the rows and columns that an output keeps: "every 3rd row/column".
  func keptStep(of output: String) throws -> Int {
    Int(try number(/every (\d+)/, in: entry["tensors"]["out.\(output)"]["desc"]))
  }
}
