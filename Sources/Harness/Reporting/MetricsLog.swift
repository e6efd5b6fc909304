import Essentials
import Foundation

/// A stage's measurements over time, one JSON object a line.
///
/// A resumed stage repeats the steps after its last checkpoint, so the checkpoint keeps
/// ``position`` and the resumed log is cut back to it: the file then equals that of an undisturbed
/// run.
public struct MetricsLog: Sendable {
  /// The file.
  public let path: String

  /// Opens a log; the file appears with its first line.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - position: What ``position`` was at the checkpoint; what the file has beyond it is cut off.
  ///     0 starts anew.
  /// - Throws: `FileError` if the file cannot be written.
  public init(path: String, resumingAt position: Int = 0) throws {
    self.path = path
    guard access(path, F_OK) == 0, self.position > position else { return }
    guard truncate(path, off_t(position)) == 0 else {
      throw FileError(errno: errno, path: path, operation: "write")
    }
  }

  /// The number of bytes written so far.
  public var position: Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
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
