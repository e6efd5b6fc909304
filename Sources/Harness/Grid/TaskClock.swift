import CoreAPI
import Foundation
import Synchronization

/// Measures how long every piece of work takes, and how long it would take in full.
final class TaskClock: ProgressSink {
  private struct Task {
    var last: Double
    var count: Int
    var spent = 0.0
    var done = 0
    /// Of every pass over the work, what it would be in full.
    var totals: [Int]
  }

  private let tasks = Mutex<[String: Task]>([:])
  private let now: @Sendable () -> Double

  /// Creates a clock.
  ///
  /// - Parameter now: Returns seconds from an arbitrary beginning.
  init(now: @escaping @Sendable () -> Double = { ProcessInfo.processInfo.systemUptime }) {
    self.now = now
  }

  func update(_ progress: StageProgress) {
    let now = now()
    let total = progress.fullTotal ?? progress.total
    tasks.withLock { tasks in
      guard var task = tasks[progress.task] else {
        tasks[progress.task] = Task(last: now, count: progress.completed, totals: [total])
        return
      }
      if progress.completed > task.count {
        task.spent += now - task.last
        task.done += progress.completed - task.count
      } else if progress.completed < task.count {
        task.totals.append(total)
      }
      task.last = now
      task.count = progress.completed
      tasks[progress.task] = task
    }
  }

  func note(_ line: String) {}

  /// The time that was spent, and the time that all steps and images would take, in seconds.
  var result: (spent: Double, expected: Double) {
    tasks.withLock { tasks in
      tasks.values.reduce((0, 0)) { sum, task in
        let total = Double(task.totals.reduce(0, +))
        let expected = task.done > 0 ? task.spent / Double(task.done) * total : 0
        return (sum.0 + task.spent, sum.1 + expected)
      }
    }
  }
}
