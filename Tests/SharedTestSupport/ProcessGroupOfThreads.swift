public import Tensors

import Foundation
import Synchronization

/// Does `body` in every process of a group, here threads.
///
/// - Parameters:
///   - count: The number of processes.
///   - body: What each of them does.
/// - Returns: The results by rank.
/// - Throws: `ProcessGroupError` if there is no place to meet.
public func inProcessGroup<R: Sendable>(
  of count: Int, _ body: @escaping @Sendable (ProcessGroup) throws -> R
) throws -> [Result<R, any Error>] {
  let results = Mutex<[Int: Result<R, any Error>]>([:])
  let point = try MeetingPoint(host: MeetingPoint.localHost, port: 0, isKeeper: true)
  let done = DispatchGroup()
  for rank in 0..<count {
    done.enter()
    Thread.detachNewThread {
      let result = Result {
        let own =
          try rank == 0
          ? point : MeetingPoint(host: point.host, port: point.port, isKeeper: false)
        return try body(ProcessGroup(meetingAt: own, rank: rank, count: count, patience: 60))
      }
      results.withLock { $0[rank] = result }
      done.leave()
    }
  }
  done.wait()
  return results.withLock { results in (0..<count).compactMap { results[$0] } }
}
