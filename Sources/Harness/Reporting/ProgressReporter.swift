public import CoreAPI
import Dispatch
import Foundation
import Synchronization

/// Shows progress to a person: one line that updates itself on a terminal, plain lines elsewhere.
///
///     IRNet · CAM classifier  412/1200  34%  1.2 it/s  eta 10:57  loss 0.231
///
/// Plain lines come at the beginning and the end of a task and in between every ten seconds or ten
/// percent, whichever is rarer; after half a minute without news the line is repeated, so that
/// nothing is silent for a minute.
public final class ProgressReporter: ProgressSink {
  /// Where the text goes and what time it is; replaced in tests.
  struct Environment: Sendable {
    /// Whether lines can be rewritten.
    var isTerminal: Bool
    /// The number of columns of the terminal.
    var columns: @Sendable () -> Int
    /// Seconds from an arbitrary beginning.
    var now: @Sendable () -> Double
    /// Writes text as it is.
    var write: @Sendable (String) -> Void
  }

  private struct State {
    var line = ProgressLine()
    var lastWrite = -Double.infinity
    var lastPercent = 0
    var isOpen = false
  }

  private let environment: Environment
  private let state = Mutex(State())

  /// Creates a reporter that writes to standard error.
  public convenience init() {
    self.init(.standardError, repeatsLines: true)
  }

  init(_ environment: Environment, repeatsLines: Bool) {
    self.environment = environment
    if repeatsLines { scheduleRepetition() }
  }

  deinit { closeLine() }

  private func scheduleRepetition() {
    DispatchQueue.global(qos: .utility).asyncAfter(deadline: .now() + 5) { [weak self] in
      self?.repeatLine()
      self?.scheduleRepetition()
    }
  }

  // MARK: - ProgressSink

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func update(_ progress: StageProgress) {
    let now = environment.now()
    state.withLock { state in
      let isNewTask = state.line.task != progress.task
      if isNewTask {
        endLine(&state)
        state.lastWrite = -Double.infinity
        state.lastPercent = 0
      }
      state.line.update(progress, now: now)
      let isLast = progress.completed >= progress.total
      let silence = now - state.lastWrite
      let isDue =
        environment.isTerminal
        ? silence >= 0.1
        : silence >= 10 || (silence >= 2 && state.line.percent >= state.lastPercent + 10)
      if isNewTask || isDue || isLast { write(&state, now: now) }
      if isLast { endLine(&state) }
    }
  }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func note(_ line: String) {
    state.withLock { state in
      let prefix = state.isOpen ? "\r\u{1B}[K" : ""
      environment.write("\(prefix)\(line)\n")
      state.isOpen = false
    }
  }

  /// Ends an unfinished line, so that what follows begins on its own.
  public func closeLine() { state.withLock { endLine(&$0) } }

  /// Shows the line again if nothing was heard for half a minute.
  func repeatLine() {
    let now = environment.now()
    state.withLock { state in
      let interval = environment.isTerminal ? 1.0 : 30
      guard state.line.isRunning, now - state.lastWrite >= interval else { return }
      write(&state, now: now)
    }
  }

  // MARK: - Output

  private func write(_ state: inout State, now: Double) {
    let text = state.line.text(now: now)
    if environment.isTerminal {
      let columns = max(20, environment.columns() - 1)
      let shown = text.count > columns ? text.prefix(columns - 1) + "…" : text[...]
      environment.write("\r\u{1B}[K\(shown)")
      state.isOpen = true
    } else {
      environment.write(text + "\n")
    }
    state.lastWrite = now
    state.lastPercent = state.line.percent
  }

  private func endLine(_ state: inout State) {
    if state.isOpen { environment.write("\n") }
    state.isOpen = false
  }
}

extension ProgressReporter.Environment {
  /// The process's standard error.
  static var standardError: Self {
    Self(
      isTerminal: isatty(STDERR_FILENO) == 1
        && ProcessInfo.processInfo.environment["TERM"] != "dumb",
      columns: {
        var size = winsize()
        return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
          ? Int(size.ws_col) : 80
      },
      now: { ProcessInfo.processInfo.systemUptime },
      write: { FileHandle.standardError.write(Data($0.utf8)) })
  }
}
