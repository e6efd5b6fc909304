import Foundation
public import Testing

/// The folder of data, designs and golden vectors that lies beside the checkout.
///
/// `CONTA_SHARED` names it (default: `../shared` from the package root); `CONTA_GOLDEN` and
/// `CONTA_DATA` replace its `golden` and `data` folders. Under `CONTA_REQUIRE_SHARED=1` a test
/// that lacks its data fails instead of being skipped.
public enum SharedFolder {
  /// The folder with `Package.swift`, symbolic links resolved.
  public static let packageRoot: String = {
    var url = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    for _ in 0..<3 { url.deleteLastPathComponent() }
    return url.path
  }()

  /// The shared folder, whether it exists or not.
  public static let path: String =
    environment("CONTA_SHARED") ?? (packageRoot as NSString).appendingPathComponent("../shared")

  /// Whether missing data is a failure.
  public static let isRequired: Bool = environment("CONTA_REQUIRE_SHARED") == "1"

  /// The folder of golden vectors that `CONTA_GOLDEN` names, if it names one.
  public static let goldenOverride: String? = environment("CONTA_GOLDEN")

  /// Returns the place of a file, whether it exists or not.
  ///
  /// - Parameter relativePath: The path inside the shared folder, for example `data/weights`.
  /// - Returns: The path in the folder or in its replacement.
  public static func location(of relativePath: String) -> String {
    for (prefix, override) in [
      ("golden", goldenOverride), ("data", environment("CONTA_DATA")),
    ] {
      guard let override else { continue }
      if relativePath == prefix { return override }
      if relativePath.hasPrefix("\(prefix)/") {
        return "\(override)/\(relativePath.dropFirst(prefix.count + 1))"
      }
    }
    return "\(path)/\(relativePath)"
  }

  static func environment(_ name: String) -> String? {
    ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }
}

/// Returns the place of a file or folder of the shared folder, or nil if a test is to be skipped.
///
/// Without the data it prints the reason, or fails the test under `CONTA_REQUIRE_SHARED=1`.
///
/// - Parameters:
///   - relativePath: The path inside the shared folder, for example `data/voc12_animals`.
///   - sourceLocation: Where the failure is shown.
/// - Returns: The full path, or nil.
public func requireShared(
  _ relativePath: String, sourceLocation: SourceLocation = #_sourceLocation
) -> String? {
  let location = SharedFolder.location(of: relativePath)
  if FileManager.default.fileExists(atPath: location) { return location }
  report(
    missing: "there is no '\(location)' (set CONTA_SHARED to the shared folder)",
    fails: SharedFolder.isRequired, sourceLocation: sourceLocation)
  return nil
}

/// Says on stdout that a test is skipped, or fails it.
func report(missing reason: String, fails: Bool, sourceLocation: SourceLocation) {
  if fails {
    Issue.record("Required data is missing: \(reason)", sourceLocation: sourceLocation)
  } else {
    print("skipped \(sourceLocation.fileName):\(sourceLocation.line): \(reason)")
  }
}
