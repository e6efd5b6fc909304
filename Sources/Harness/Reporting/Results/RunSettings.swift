import Essentials

/// What the numbers of a run follow from besides its seed.
///
/// Seeds make a mean only where these agree. Files stand by their content, not by their path; what
/// changes the last bits only (threads, device) is left out.
public struct RunSettings: Codable, Equatable, Sendable {
  /// A value that two runs do not share.
  public struct Difference: Equatable, Sendable {
    /// The value's full key.
    public var key: String
    /// The first run's value, nil where it has none.
    public var first: String?
    /// The second run's value, nil where it has none.
    public var second: String?
  }

  /// The key of the data set's fingerprint.
  public static let dataKey = "data (content)"
  /// The key of the versions of what the stages write.
  static let versionsKey = "versions"

  /// The values, by their full keys.
  public let values: [String: String]
  /// The SHA-256 of all values.
  public let hash: String

  /// Creates settings.
  ///
  /// - Parameter values: The values, by their full keys.
  public init(_ values: [String: String] = [:]) {
    self.values = values
    hash = SHA256.hexDigest(
      of: values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }.joined().utf8)
  }

  /// The settings of the baseline, which no reading of the intervention changes.
  var ofBaseline: RunSettings {
    RunSettings(values.filter { !$0.key.hasPrefix("intervention.") })
  }

  /// The values of the intervention's reading.
  var ofIntervention: [String: String] {
    values.filter { $0.key.hasPrefix("intervention.") }
  }

  /// Returns the values that differ, by key.
  func differences(from other: RunSettings) -> [Difference] {
    guard hash != other.hash else { return [] }
    return Set(values.keys).union(other.values.keys).sorted()
      .filter { values[$0] != other.values[$0] }
      .map { Difference(key: $0, first: values[$0], second: other.values[$0]) }
  }
}
