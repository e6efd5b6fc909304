import Foundation
import Synchronization
import Tensors

/// Work that is done once for every image and whose finished part survives a kill.
///
/// Where several processes train together, process 0 does it and the others wait for the files.
public enum ImageSweep {
  /// Does `body` for every identifier that is not done yet, in order, on the calling thread.
  ///
  /// - Parameters:
  ///   - ids: The identifiers.
  ///   - environment: Names the work and shows its progress.
  ///   - isDone: Whether the result of an identifier exists already.
  ///   - body: Computes one result and stores it atomically.
  /// - Throws: What `body` throws.
  public static func run(
    over ids: [String], in environment: TrainingEnvironment, isDone: (String) -> Bool,
    body: (_ index: Int, _ id: String) throws -> Void
  ) throws {
    if let group = environment.processes, group.rank > 0 { return try group.wait() }
    let fullTotal = environment.fullCount(of: ids.count)
    for (index, id) in ids.enumerated() {
      try StopRequest.check()
      if !isDone(id) { try body(index, id) }
      environment.progress.update(
        StageProgress(
          task: environment.stage, completed: index + 1, total: ids.count, fullTotal: fullTotal))
    }
    try environment.processes?.wait()
  }

  /// Does `body` for every identifier that is not done yet, on several threads.
  ///
  /// For work without tensors, such as the dense CRF.
  ///
  /// - Parameters:
  ///   - ids: The identifiers.
  ///   - environment: Names the work, shows its progress, and says how many threads to use.
  ///   - isDone: Whether the result of an identifier exists already.
  ///   - body: Computes one result and stores it atomically.
  /// - Throws: The first error that a `body` threw; the others are finished first.
  public static func runConcurrently(
    over ids: [String], in environment: TrainingEnvironment,
    isDone: @Sendable (String) -> Bool,
    body: @Sendable (_ index: Int, _ id: String) throws -> Void
  ) throws {
    struct State {
      var next = 0
      var completed = 0
      var failure: (any Error)?
    }
    if let group = environment.processes, group.rank > 0 { return try group.wait() }
    let state = Mutex(State())
    let progress = environment.progress
    let stage = environment.stage
    let fullTotal = environment.fullCount(of: ids.count)
    withoutActuallyEscaping(body) { body in
      DispatchQueue.concurrentPerform(iterations: environment.loaderThreads) { _ in
        while let index = state.withLock({ state -> Int? in
          guard state.failure == nil, state.next < ids.count else { return nil }
          state.next += 1
          return state.next - 1
        }) {
          do {
            try StopRequest.check()
            if !isDone(ids[index]) { try body(index, ids[index]) }
          } catch {
            state.withLock { $0.failure = $0.failure ?? error }
          }
          let completed = state.withLock { state -> Int in
            state.completed += 1
            return state.completed
          }
          progress.update(
            StageProgress(
              task: stage, completed: completed, total: ids.count, fullTotal: fullTotal))
        }
      }
    }
    if let failure = state.withLock({ $0.failure }) { throw failure }
    try environment.processes?.wait()
  }
}
