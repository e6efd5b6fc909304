import Foundation
import Harness

/// Ends a worker whose grid was killed, so that the next one finds its cells free.
enum ParentWatch {
  /// Begins to watch if the process is the worker of a grid.
  static func begin() {
    guard
      let text = ProcessInfo.processInfo.environment[GridRequest.parentVariable],
      let parent = pid_t(text)
    else { return }
    let thread = Thread {
      while getppid() == parent { usleep(200_000) }
      kill(getpid(), SIGTERM)
    }
    thread.start()
  }
}
