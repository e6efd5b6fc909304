import Foundation
import SharedTestSupport

/// The built program in a process of its own, as people run it.
final class ContaProcess {
  /// How a process ended and what it wrote.
  struct Outcome: Equatable {
    /// The exit code, or the signal's number if a signal ended it.
    var code: Int32
    /// Standard output.
    var result: String
    /// Standard error.
    var messages: String

    /// The last line of standard error, below any progress.
    var lastMessage: String {
      messages.split(separator: "\n").last.map(String.init) ?? ""
    }
  }

  /// The program beside the tests.
  static let program: String = {
    let tests =
      Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
      ?? URL(fileURLWithPath: CommandLine.arguments[0])
    return tests.resolvingSymlinksInPath().deletingLastPathComponent()
      .appendingPathComponent("conta").path
  }()

  private let process = Process()
  private let folder: TemporaryFolder

  /// The process's number.
  var identifier: pid_t { process.processIdentifier }
  /// Whether it has not ended yet.
  var isRunning: Bool { process.isRunning }
  /// What it has written to standard error so far.
  var messages: String { (try? folder.text(of: "messages")) ?? "" }

  /// Starts the program.
  ///
  /// - Parameters:
  ///   - arguments: The arguments of `conta`.
  ///   - launcher: A program that starts another one with fewer rights, and its arguments.
  ///   - currentFolder: Where relative paths start, nil for where the tests run.
  ///   - environment: Variables that are set besides those of the tests.
  /// - Throws: An error of the file system, or if there is no such program.
  init(
    _ arguments: [String], launcher: [String] = [], currentFolder: String? = nil,
    environment: [String: String] = [:]
  ) throws {
    folder = try TemporaryFolder()
    try folder.write("", to: "result")
    try folder.write("", to: "messages")
    let command = launcher + [Self.program] + arguments
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    if let currentFolder {
      process.currentDirectoryURL = URL(fileURLWithPath: currentFolder, isDirectory: true)
    }
    // Threads that wait without spinning, because tests run beside each other.
    process.environment = ProcessInfo.processInfo.environment.merging(
      environment.merging(["OMP_WAIT_POLICY": "passive"]) { $1 }
    ) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle(forWritingAtPath: "\(folder.path)/result")
    process.standardError = FileHandle(forWritingAtPath: "\(folder.path)/messages")
    try process.run()
  }

  deinit {
    if process.isRunning { send(SIGKILL) }
  }

  /// Sends a signal; `env` has become the program by the time a test knows of anything it did.
  ///
  /// Foundation makes every process the first of a group, which `toGroup` means.
  func send(_ signal: Int32, toGroup: Bool = false) {
    kill(toGroup ? -process.processIdentifier : process.processIdentifier, signal)
  }

  /// Waits for the end.
  func outcome() -> Outcome {
    process.waitUntilExit()
    return Outcome(
      code: process.terminationStatus, result: (try? folder.text(of: "result")) ?? "",
      messages: messages)
  }

  /// Runs the program to its end.
  static func run(
    _ arguments: [String], launcher: [String] = [], currentFolder: String? = nil
  ) throws -> Outcome {
    try ContaProcess(arguments, launcher: launcher, currentFolder: currentFolder).outcome()
  }
}
