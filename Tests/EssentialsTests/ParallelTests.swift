import Essentials
import Synchronization
import Testing

@Suite struct ParallelTests {
  @Test(arguments: [0, 1, 2, 7, 8, 9, 1000], [1, 2, 3, 16])
  func rangesCoverEveryIterationOnce(count: Int, threads: Int) {
    let seen = Mutex([Int]())
    Parallel.forEachRange(count: count, threads: threads) { range in
      seen.withLock { $0.append(contentsOf: range) }
    }
    #expect(seen.withLock { $0.sorted() } == Array(0..<count))
  }

  @Test func rangesStartAtMultiplesOfTheAlignment() {
    let ranges = Mutex([Range<Int>]())
    Parallel.forEachRange(count: 45, threads: 4, alignment: 8) { range in
      ranges.withLock { $0.append(range) }
    }
    let found = ranges.withLock { $0.sorted { $0.lowerBound < $1.lowerBound } }
    #expect(found == [0..<8, 8..<24, 24..<32, 32..<45])
  }

  @Test func moreThreadsThanIterationsAreNotUsed() {
    let count = Mutex(0)
    Parallel.forEachRange(count: 3, threads: 16) { _ in count.withLock { $0 += 1 } }
    #expect(count.withLock { $0 } == 3)
  }

  @Test func thereIsAtLeastOneThread() {
    #expect(Parallel.defaultThreadCount >= 1)
  }

  @Test(arguments: [0, 1, 5, 100], [1, 3])
  func resultsKeepTheOrderOfTheElements(count: Int, threads: Int) {
    let squares = Parallel.map(Array(0..<count), threads: threads) { "\($0 * $0)" }
    #expect(squares == (0..<count).map { "\($0 * $0)" })
  }
}
