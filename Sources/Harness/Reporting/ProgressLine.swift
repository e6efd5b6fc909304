import CoreAPI
import Foundation

/// The text of one task's progress: counts, speed and estimate from the first report on.
struct ProgressLine {
  /// The task of the last report, nil before the first one.
  private(set) var task: String?

  private var progress = StageProgress(task: "", completed: 0, total: 0)
  private var startTime = 0.0
  private var startAmount = 0.0

  /// How much is done, with what is begun.
  private var amount: Double { Double(progress.completed) + progress.partial }

  /// Whether a task has begun and is not complete.
  var isRunning: Bool { task != nil && progress.completed < progress.total }

  /// The share that is done, rounded down, `0...100`.
  var percent: Int {
    progress.total > 0 ? min(100, max(0, Int(amount * 100 / Double(progress.total)))) : 100
  }

  /// Takes a report.
  ///
  /// - Parameters:
  ///   - progress: The report; another task's first one starts the clock.
  ///   - now: The time in seconds.
  mutating func update(_ progress: StageProgress, now: Double) {
    if progress.task != task || progress.completed < self.progress.completed {
      task = progress.task
      startTime = now
      startAmount = Double(progress.completed) + progress.partial
    }
    self.progress = progress
  }

  /// Returns the line.
  ///
  /// - Parameter now: The time in seconds.
  /// - Returns: The line without a line break.
  func text(now: Double) -> String {
    var parts = [progress.task, "\(progress.completed)/\(progress.total)", "\(percent)%"]
    let elapsed = max(now - startTime, 0)
    let done = amount - startAmount
    if done > 0, elapsed > 0 {
      let rate = done / elapsed
      parts.append(
        rate >= 1 ? String(format: "%.1f it/s", rate) : String(format: "%.1f s/it", 1 / rate))
      parts.append(
        isRunning
          ? "eta \(Self.duration((Double(progress.total) - amount) / rate))"
          : "took \(Self.duration(elapsed))")
    } else if elapsed >= 1 {
      parts.append("since \(Self.duration(elapsed))")
    }
    for (name, value) in progress.values { parts.append("\(name) \(Self.number(value))") }
    if !progress.detail.isEmpty { parts.append(progress.detail) }
    return parts.joined(separator: "  ")
  }

  /// Returns a time span as `m:ss` or `h:mm:ss`.
  static func duration(_ seconds: Double) -> String {
    let total = Int(min(seconds.rounded(), 1e9))
    let (hours, minutes, rest) = (total / 3600, total / 60 % 60, total % 60)
    return hours > 0
      ? String(format: "%d:%02d:%02d", hours, minutes, rest)
      : String(format: "%d:%02d", minutes, rest)
  }

  private static func number(_ value: Double) -> String {
    let isShort = value == 0 || (abs(value) >= 0.001 && abs(value) < 10_000)
    return String(format: isShort ? "%.3f" : "%.2e", value)
  }
}
