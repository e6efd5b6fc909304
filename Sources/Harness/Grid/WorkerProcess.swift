import Essentials
import Foundation

/// A process of this program, in this process's group.
final class WorkerProcess {
  /// How many seconds a process has from being asked to end to being killed, in which a training
  /// writes its checkpoint.
  static let grace = 25.0

  /// The number of the process.
  let identifier: pid_t

  private var status: Int32?

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - command: The program's path and its arguments.
  ///   - log: The file that its output is appended to, nil for this process's standard error.
  ///   - variables: What its environment has besides this process's.
  /// - Throws: `FileError` if the program cannot be started.
  init(_ command: [String], log: String?, variables: [String: String] = [:]) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    if let log {
      posix_spawn_file_actions_addopen(
        &actions, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_APPEND, 0o644)
      posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
    } else {
      posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    Self.restoreSignals(in: &attributes)
    let inherited = ProcessInfo.processInfo.environment.filter {
      !LaunchedProcess.variables.contains($0.key)
    }
    // Threads that wait without spinning, because workers run beside each other.
    let variables = inherited.merging([
      "OMP_WAIT_POLICY": "passive", GridRequest.parentVariable: "\(getpid())",
    ]) { $1 }.merging(variables) { $1 }
    var arguments = command.map { strdup($0) } + [nil]
    var environment = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in arguments + environment { free(text) } }
    var number: pid_t = 0
    let code = posix_spawn(
      &number, command[0], &actions, &attributes, &arguments, &environment)
    guard code == 0 else { throw FileError(errno: code, path: command[0], operation: "start") }
    identifier = number
  }

  deinit {
    if exitCode() == nil {
      stop()
      end(by: ContinuousClock.now + .seconds(Self.grace))
    }
  }

  /// Lets a process be ended by signals from its first moment on.
  ///
  /// This process ignores or blocks them, because it reads them in its own way, and a new program
  /// would inherit that: until it reads them itself, it would not hear that it was asked to end.
  private static func restoreSignals(in attributes: inout posix_spawnattr_t) {
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for number in [SIGINT, SIGTERM] { sigaddset(&signals, number) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
  }

  /// Returns the exit code, or 128 and the signal's number; nil while the process runs.
  func exitCode() -> Int32? {
    if status == nil {
      var value: Int32 = 0
      if waitpid(identifier, &value, WNOHANG) == identifier { status = value }
    }
    return status.map { $0 & 0x7f == 0 ? $0 >> 8 & 0xff : 128 + $0 & 0x7f }
  }

  /// Asks the process to end.
  func stop() { Foundation.kill(identifier, SIGTERM) }

  /// Ends the process.
  func kill() {
    if exitCode() == nil { Foundation.kill(identifier, SIGKILL) }
  }

  /// Waits until the process has ended, and ends it if it has not by then.
  ///
  /// - Parameter deadline: When to wait no longer.
  func end(by deadline: ContinuousClock.Instant) {
    while exitCode() == nil, ContinuousClock.now < deadline { usleep(10_000) }
    kill()
    // A killed process is gone at once, unless it hangs in the kernel, on a dead disk for example.
    for _ in 0..<200 where exitCode() == nil { usleep(10_000) }
  }
}
