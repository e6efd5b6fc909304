import Essentials
import Foundation

/// The measurements of a run over time, one JSON object a line.
public struct MetricsLog: Sendable {
  /// The file.
  public let path: String

  /// Creates a log; the file appears with its first line.
  ///
  /// - Parameter path: The file.
  public init(path: String) { self.path = path }

  /// Removes the lines of a stage after a step, and a line that a kill cut off.
  ///
  /// A resumed stage repeats the steps after its last checkpoint; without them the file ends up
  /// equal to that of an undisturbed run.
  ///
  /// - Parameters:
  ///   - stage: The value of the label `stage`.
  ///   - step: Lines with a larger value `step` go.
  /// - Throws: `FileError` if the file cannot be read or written.
  public func removeLines(ofStage stage: String, after step: Int) throws {
    let lines = try LineFile(path: path).lines()
    let kept = lines.filter { line in
      guard let place = try? JSONDecoder().decode(Place.self, from: line) else { return false }
      return place.stage != stage || (place.step ?? 0) <= Double(step)
    }
    guard kept.count < lines.count else { return }
    try AtomicFile.write(Data(kept.flatMap { Array($0) + [UInt8(ascii: "\n")] }), to: path)
  }

  /// What tells where in a run a line belongs.
  private struct Place: Decodable {
    var stage: String?
    var step: Double?
  }

  /// Appends a line.
  ///
  /// - Parameters:
  ///   - labels: What the values belong to, for example `["event": "epoch"]`.
  ///   - values: The measurements; those that are no number are written as "nan", "inf", "-inf".
  /// - Throws: `FileError` if the line cannot be written.
  public func append(_ labels: [String: String] = [:], values: [String: Double]) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    var object = labels.mapValues(Item.text)
    for (name, value) in values { object[name] = .number(value) }
    try LineFile(path: path).append(try encoder.encode(object))
  }

  private enum Item: Encodable {
    case text(String), number(Double)

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .text(let text): try container.encode(text)
      case .number(let number): try container.encode(number)
      }
    }
  }
}
