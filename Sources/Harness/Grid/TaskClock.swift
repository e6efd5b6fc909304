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
    /// Of every pass over the work, its size, and what that would be without a step limit.
    var totals: [(total: Int, full: Int)]
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
    let total = (total: progress.total, full: progress.fullTotal ?? progress.total)
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

  /// Returns the time that was spent, and the time that a whole run would take, in seconds.
  ///
  /// - Parameter size: Returns the size that a pass over the work has in a whole run, of its size
  ///   here and of its size without a step limit.
  /// - Returns: The times.
  func result(
    size: (_ total: Int, _ full: Int) -> Int = { $1 }
  ) -> (spent: Double, expected: Double) {
    tasks.withLock { tasks in
      tasks.values.reduce((0, 0)) { sum, task in
        let total = Double(task.totals.reduce(0) { $0 + size($1.total, $1.full) })
        let expected = task.done > 0 ? task.spent / Double(task.done) * total : 0
        return (sum.0 + task.spent, sum.1 + expected)
      }
    }
  }
}
