public import CoreAPI
import Essentials

/// Everything that determines the output of one stage.
///
/// Two stages with equal descriptions give the same bytes, so the second one is looked up instead of
/// computed.
public struct StageDescription: Sendable, Equatable {
  /// The stage's name, for example "train-classifier"; it becomes part of a folder's name.
  public var name: String
  /// Raised by whoever changes what the stage writes.
  public var version: Int
  /// The resolved configuration that the stage reads, defaults filled in, and nothing else.
  public var configuration: ConfigurationNode
  /// The content hashes of what goes in, by role: other stages' outputs, data sets, weight files.
  public var inputs: [String: String]
  /// The seed of the run.
  public var seed: UInt64
  /// What the bits depend on besides: device, data type, threads, instruction set, libraries.
  public var numerics: [String: String]

  /// Creates a description.
  ///
  /// - Parameters:
  ///   - name: Letters, digits, `-` and `_`.
  ///   - version: The version of what the stage writes.
  ///   - configuration: The resolved configuration that the stage reads.
  ///   - inputs: The content hashes of what goes in, by role.
  ///   - seed: The seed of the run.
  ///   - numerics: The numerics profile.
  public init(
    name: String, version: Int, configuration: ConfigurationNode, inputs: [String: String] = [:],
    seed: UInt64, numerics: [String: String] = [:]
  ) {
    precondition(
      !name.isEmpty && name.utf8.allSatisfy(Self.isNameByte),
      "A stage's name has letters, digits, '-' and '_', got '\(name)'")
    self.name = name
    self.version = version
    self.configuration = configuration
    self.inputs = inputs
    self.seed = seed
    self.numerics = numerics
  }

  /// The description as text: equal descriptions give equal text.
  public var canonicalText: String {
    let texts = { (values: [String: String]) in
      ConfigurationNode(
        .section(
          values.map { .init(key: $0.key, node: ConfigurationNode(.scalar($0.value))) }))
    }
    return ConfigurationNode(
      .section([
        .init(key: "stage", node: ConfigurationNode(.scalar(name))),
        .init(key: "version", node: ConfigurationNode(.scalar("\(version)"))),
        .init(key: "configuration", node: configuration),
        .init(key: "inputs", node: texts(inputs)),
        .init(key: "seed", node: ConfigurationNode(.scalar("\(seed)"))),
        .init(key: "numerics", node: texts(numerics)),
      ])
    ).canonicalText
  }

  /// The key under which the stage's output is stored.
  public var key: StageKey {
    StageKey(hexadecimal: SHA256.hexDigest(of: Array(canonicalText.utf8)))
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}

/// The SHA-256 of a stage's canonical description.
public struct StageKey: Sendable, Hashable, CustomStringConvertible {
  /// 64 lower-case hexadecimal digits.
  public let hexadecimal: String

  /// The first 16 digits, enough for folder names.
  public var prefix: String { String(hexadecimal.prefix(16)) }

  /// The 64 digits.
  public var description: String { hexadecimal }
}
