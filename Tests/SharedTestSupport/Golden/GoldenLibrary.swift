public import Essentials
import Foundation

/// A folder of golden vectors: a manifest and one safetensors file per case.
///
/// # Source
///
/// The layout is that of `Tests/Fixtures/golden/README.md`.
public struct GoldenLibrary: Sendable {
  /// The folder.
  public let path: String
  /// The whole manifest; sample files and hostile files stand under `files`.
  public let manifest: JSONValue
  /// All cases of the manifest.
  public let cases: [GoldenCase]

  /// The library that the tests use: `CONTA_GOLDEN`, else the shared folder's, else the fixtures.
  ///
  /// A folder that `CONTA_GOLDEN` names is used even if it is broken, which then fails the tests.
  public static let current: Result<GoldenLibrary, any Error> = Result {
    let candidates =
      SharedFolder.goldenOverride.map { [$0] } ?? [SharedFolder.location(of: "golden"), fixtures]
    let usable = candidates.first {
      FileManager.default.fileExists(atPath: "\($0)/manifest.json")
    }
    return try GoldenLibrary(path: usable ?? candidates[0])
  }

  /// The golden vectors that are part of the checkout.
  public static let fixtures = "\(SharedFolder.packageRoot)/Tests/Fixtures/golden"

  /// Reads the manifest of a folder.
  ///
  /// - Parameter path: The folder.
  /// - Throws: `FileError` or ``GoldenError`` if there is no manifest or it is not as expected.
  public init(path: String) throws {
    let manifest = try JSONParser.parse(try AtomicFile.read("\(path)/manifest.json"))
    guard let cases = manifest["cases"].array else {
      throw GoldenError("'\(path)/manifest.json' has no list 'cases'")
    }
    self.path = path
    self.manifest = manifest
    self.cases = try cases.map { try GoldenCase(entry: $0, folder: path) }
  }

  /// Returns the cases of a name, whatever their letter.
  ///
  /// - Parameter name: The part of the id before the last dot, for example `crf_A`.
  /// - Returns: The cases in the manifest's order; empty if there is none.
  public func cases(named name: String) -> [GoldenCase] {
    cases.filter { $0.name == name }
  }
}

/// Something about the golden vectors that stops a test.
public struct GoldenError: Error, CustomStringConvertible {
  /// What is wrong.
  public let description: String

  /// Creates the error.
  ///
  /// - Parameter description: What is wrong.
  public init(_ description: String) { self.description = description }
}
