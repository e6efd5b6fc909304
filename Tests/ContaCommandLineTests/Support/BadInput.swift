import Foundation
import SharedTestSupport
import Testing

/// What the program is given and how it must refuse it.
struct BadInput {
  let folder: TemporaryFolder
  /// Where the program would write.
  var output: String { "\(folder.path)/out" }

  init() throws { folder = try TemporaryFolder() }

  /// Writes a small world in VOC's layout and returns its folder.
  func world() throws -> String {
    let path = "\(folder.path)/world"
    let outcome = try ContaProcess.run(
      ["world", "width=48", "height=48", "training_images=24", "test_images=8", "--out", path])
    try #require(outcome.code == 0, "\(outcome.messages)")
    return path
  }

  /// The arguments that run the tiny recipe on a folder in VOC's layout.
  func onFolder(_ root: String, _ more: String = "") -> String {
    "data={kind: voc, root: \(root), training_split: train\(more)}"
  }

  /// Runs the tiny recipe and expects it to refuse before it writes anything.
  func expectRefusal(
    _ overrides: [String], _ message: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try expectRefusal(
      command: ["run", TinyRun.recipe] + overrides + ["--out", output], message,
      sourceLocation: sourceLocation)
  }

  /// Runs a command and expects one line, a non-zero exit code, and nothing written.
  func expectRefusal(
    command: [String], _ message: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try ContaProcess.run(command)
    #expect(outcome.code == 1, sourceLocation: sourceLocation)
    #expect(outcome.result == "", sourceLocation: sourceLocation)
    #expect(outcome.messages == "error: \(message)\n", sourceLocation: sourceLocation)
    #expect(
      !FileManager.default.fileExists(atPath: output), "something was written",
      sourceLocation: sourceLocation)
  }
}
