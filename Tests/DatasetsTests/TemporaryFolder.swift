import Foundation
import Testing

/// A folder for one test's files.
struct TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "datasets-tests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }
}

/// Calls `body` with a new folder and removes it afterwards.
func withTemporaryFolder(_ body: (String) throws -> Void) throws {
  let folder = try TemporaryFolder()
  defer { folder.remove() }
  try body(folder.path)
}

/// Expects `body` to fail with exactly this message.
func expectMessage(
  _ message: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) {
  do {
    try body()
    Issue.record("Expected the error: \(message)", sourceLocation: sourceLocation)
  } catch {
    #expect("\(error)" == message, sourceLocation: sourceLocation)
  }
}
