import Foundation
import Synchronization

/// Prepares batches on background threads, ahead of the training and in its order.
///
/// Every batch is a pure function of its position, so the number of threads changes the speed and
/// nothing else.
final class BatchLoader<Batch: Sendable> {
  private let queue = OperationQueue()
  private let prepare: @Sendable (Int) throws -> Batch
  private let end: Int
  private var next: Int
  private var pending: [PendingBatch<Batch>] = []

  /// Creates a loader of the batches `positions`.
  init(
    positions: Range<Int>, threads: Int, prepare: @escaping @Sendable (Int) throws -> Batch
  ) {
    self.prepare = prepare
    next = positions.lowerBound
    end = positions.upperBound
    queue.maxConcurrentOperationCount = threads
    for _ in 0...threads { schedule() }
  }

  deinit { queue.cancelAllOperations() }

  /// Returns the next batch, waiting for it if need be; nil after the last one.
  func nextBatch() throws -> Batch? {
    guard !pending.isEmpty else { return nil }
    let first = pending.removeFirst()
    schedule()
    return try first.wait()
  }

  private func schedule() {
    guard next < end else { return }
    let batch = PendingBatch<Batch>()
    let position = next
    next += 1
    pending.append(batch)
    queue.addOperation { [prepare] in batch.finish(Result { try prepare(position) }) }
  }
}

/// A batch that another thread is preparing.
private final class PendingBatch<Batch: Sendable>: Sendable {
  private let result = Mutex<Result<Batch, any Error>?>(nil)
  private let ready = DispatchSemaphore(value: 0)

  func finish(_ value: sending Result<Batch, any Error>) {
    result.withLock { $0 = value }
    ready.signal()
  }

  func wait() throws -> Batch? {
    ready.wait()
    return try result.withLock { try $0?.get() }
  }
}
