import Dispatch
import Foundation

/// Loops over index ranges that run on several cores.
public enum Parallel {
  /// The number of threads that a loop uses unless told otherwise: the processors in use now.
  public static var defaultThreadCount: Int { ProcessInfo.processInfo.activeProcessorCount }

  /// Cuts `0 ..< count` into one contiguous range for each thread and runs `body` on all of them.
  ///
  /// Returns when every range is done. A caller whose iterations write to different places and
  /// compute each value in a fixed order gets the same bits for every thread count.
  ///
  /// - Parameters:
  ///   - count: The number of iterations, at least 0.
  ///   - threads: The largest number of ranges that run at the same time, at least 1.
  ///   - alignment: Every range but the last starts and ends at a multiple of this, at least 1.
  ///   - body: The work on one range; called at the same time on different ranges.
  public static func forEachRange(
    count: Int, threads: Int, alignment: Int = 1, _ body: (Range<Int>) -> Void
  ) {
    precondition(count >= 0, "Iteration count must not be negative, got \(count)")
    precondition(threads >= 1, "Thread count must be positive, got \(threads)")
    precondition(alignment >= 1, "Range alignment must be positive, got \(alignment)")
    let blocks = (count + alignment - 1) / alignment
    let ranges = min(threads, blocks)
    guard ranges > 1 else {
      if count > 0 { body(0..<count) }
      return
    }
    withoutActuallyEscaping(body) { body in
      // Writing to different places from every range is the caller's promise.
      nonisolated(unsafe) let body = body
      DispatchQueue.concurrentPerform(iterations: ranges) { index in
        let lower = blocks * index / ranges * alignment
        let upper = blocks * (index + 1) / ranges * alignment
        body(lower..<min(upper, count))
      }
    }
  }

  /// Transforms all elements on several cores.
  ///
  /// - Parameters:
  ///   - elements: The elements.
  ///   - threads: The largest number of elements that are transformed at the same time, at least 1.
  ///   - transform: The work on one element; called at the same time for different ones.
  /// - Returns: The results, in the order of the elements.
  public static func map<Element: Sendable, Result: Sendable>(
    _ elements: [Element], threads: Int, _ transform: (Element) -> Result
  ) -> [Result] {
    [Result](unsafeUninitializedCapacity: elements.count) { buffer, initialized in
      // Every range initializes places of its own.
      nonisolated(unsafe) let results = buffer
      forEachRange(count: elements.count, threads: threads) { range in
        for index in range { results.initializeElement(at: index, to: transform(elements[index])) }
      }
      initialized = elements.count
    }
  }
}
