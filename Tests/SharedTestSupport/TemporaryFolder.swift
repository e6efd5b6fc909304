import Foundation

/// Runs a body with a new empty folder that is removed afterwards.
///
/// - Parameter body: What uses the folder's path.
/// - Returns: What `body` returns.
/// - Throws: What `body` throws, or an error if the folder cannot be created.
public func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let url = FileManager.default.temporaryDirectory
    .appendingPathComponent("conta-test-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: url) }
  return try body(url.path)
}
