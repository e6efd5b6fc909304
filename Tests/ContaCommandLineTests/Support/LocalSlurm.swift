import Foundation
import SharedTestSupport
import Testing

/// A Slurm of one node on this machine, which ends with this object.
final class LocalSlurm {
  /// The variables with which Slurm's commands find it.
  let environment: [String: String]

  private let folder: TemporaryFolder

  private static let script = TinyRun.recipe
    .replacing("recipes/tiny/irnet.yaml", with: "Tests/Slurm/slurm.sh")

  /// Starts it; nil, with the reason printed, where it cannot be started.
  init?() throws {
    folder = try TemporaryFolder()
    environment = ["SLURM_CONF": "\(folder.path)/slurm.conf"]
    let outcome = try Self.run([Self.script, "start", folder.path], [:])
    guard outcome.code != 77 else {
      print("skipped: \(outcome.text.trimmingCharacters(in: .newlines))")
      return nil
    }
    try #require(outcome.code == 0, "\(outcome.text)")
  }

  deinit { _ = try? Self.run([Self.script, "stop", folder.path], [:]) }

  /// Runs one of Slurm's commands and returns the lines it writes.
  func lines(_ command: String...) throws -> [String] {
    try Self.run(command, environment).text.split(separator: "\n").map(String.init)
  }

  /// The identifiers of the tasks that run.
  func running() throws -> [String] {
    try lines("squeue", "--noheader", "--array", "--states=R", "--format=%i")
  }

  private static func run(
    _ command: [String], _ variables: [String: String]
  ) throws -> (code: Int32, text: String) {
    // No pipe: processes that other tests start meanwhile would inherit it and hold it open.
    let output = try TemporaryFolder()
    try output.write("", to: "text")
    let file = FileHandle(forWritingAtPath: "\(output.path)/text")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["timeout", "120"] + command
    process.environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = file
    process.standardError = file
    try process.run()
    process.waitUntilExit()
    return (process.terminationStatus, try output.text(of: "text"))
  }
}
