import Foundation
import SharedTestSupport
import Synchronization
import TensorFiles
import Tensors
import Testing

@Suite("Process groups", .serialized)
struct ProcessGroupTests {
  @Test func numbersAndTextsOfAllProcessesArriveEverywhere() throws {
    let results = try inGroup(of: 3) { group in
      let sums = try group.sums([Double(group.rank), 1])
      return (sums, try group.texts(String(repeating: "é", count: group.rank)))
    }
    for (sums, texts) in results {
      #expect(sums == [3, 3])
      #expect(texts == ["", "é", "éé"])
    }
  }

  @Test func gradientsBecomeTheirMeansAndThoseOfOneProcessReachAll() throws {
    let results = try inGroup(of: 2) { group in
      let store = ParameterStore(seed: 0)
      let names = ["common", "of one", "of none"]
      let parameters = try names.map {
        try store.root.parameter($0, shape: [2], role: .weight, initializer: .zeros)
      }
      var loss = try (parameters[0].value * Double(group.rank + 1)).sum()
      if group.rank == 1 { loss = try loss + (parameters[1].value * 4.0).sum() }
      try loss.backward()
      try group.averageGradients(of: parameters)
      return try parameters.map { try $0.value.gradient?.floats() }
    }
    for gradients in results { #expect(gradients == [[1.5, 1.5], [2, 2], nil]) }
  }

  @Test(arguments: [2, 4])
  func crossEntropyCountsTheLabelsOfAllProcesses(count: Int) throws {
    let (batch, classes, pixels) = (4, 3, 5)
    let logits = values(batch * classes * pixels)
    // The first sample, and with it the first of four processes, has nothing but ignored labels.
    let labels = (0..<batch * pixels).map { Int64($0 < pixels || $0 % 7 == 0 ? 255 : $0 % 3) }
    let results = try sharing(logits, [batch, classes, pixels], count: count) { x, share in
      let target = try Tensor(
        Array(labels[share.lowerBound * pixels..<share.upperBound * pixels]),
        shape: [share.count, pixels])
      return try Tensor.crossEntropy(x, target)
    }
    expectClose(results.shared, results.whole, 1e-12)
  }

  @Test func aMeanOverValuesOfAnyNumberCountsThoseOfAllProcesses() throws {
    let numbers = values(12)
    let results = try sharing(numbers, [4, 3], count: 2) { x, share in
      // Samples 0 and 1 have one value each, 2 and 3 all of theirs.
      let marks = try Tensor(
        of: share.flatMap { $0 < 2 ? [1.0, 0, 0] : [1, 1, 1] }, [share.count, 3])
      return try Tensor.batchMean(
        ofSum: (x.square() * marks).sum(), count: marks.sum(), epsilon: 0.5)
    }
    expectClose(results.shared, results.whole, 1e-12)
  }

  @Test(arguments: [2, 4])
  func batchNormTakesItsStatisticsFromAllProcesses(count: Int) throws {
    let shape = [4, 2, 3, 3]
    // A mean far from 0, where a mean of squares would cancel.
    let images = values(4 * 2 * 9).map { $0 + 30 }
    let factors = values(4 * 2 * 9)
    let stored = Mutex<[[Float]]>([])
    let results = try sharing(images, shape, count: count) { x, share in
      let store = ParameterStore(seed: 0)
      let norm = try BatchNorm2D(store.root, channels: 2)
      let size = 18
      let weights = try Tensor(
        of: Array(factors[share.lowerBound * size..<share.upperBound * size]),
        [share.count, 2, 3, 3])
      let y = try norm(x.to(.float32), statistics: .batch)
      let statistics = try norm.runningMean.value.floats() + norm.runningVariance.value.floats()
      stored.withLock { $0.append(statistics) }
      return try (y * weights).sum() / Double(share.count)
    }
    expectClose(results.shared, results.whole, 1e-5)
    let all = stored.withLock { $0 }
    #expect(all.count == count + 1)
    for statistics in all {
      expectClose(statistics.map(Double.init), all[0].map(Double.init), 1e-6)
    }
  }

  // MARK: - Errors

  @Test func theProcessThatDidNotComeIsNamed() throws {
    let point = try MeetingPoint(host: MeetingPoint.localHost, port: 0, isKeeper: true)
    expectMessage(
      "Process 1 of 3 (counted from 0) did not come to 127.0.0.1:\(point.port) for 1 second. Check "
        + "that it was started with the same MASTER_ADDR, MASTER_PORT and WORLD_SIZE, and read its "
        + "own message."
    ) {
      _ = try ProcessGroup(meetingAt: point, rank: 0, count: 3, patience: 1)
    }
  }

  @Test func anAddressThatNobodyAnswersAtIsNamed() throws {
    // The port was free a moment ago.
    let port = try MeetingPoint(host: MeetingPoint.localHost, port: 0, isKeeper: true).port
    let text = message {
      _ = try MeetingPoint(
        host: MeetingPoint.localHost, port: port, isKeeper: false, patience: 1)
    }
    #expect(text.hasPrefix("Process 0 did not answer at 127.0.0.1:\(port) for 1 second: "))
  }

  @Test func aPortInUseIsNamed() throws {
    let taken = try MeetingPoint(host: MeetingPoint.localHost, port: 0, isKeeper: true)
    let text = message {
      _ = try MeetingPoint(host: MeetingPoint.localHost, port: taken.port, isKeeper: true)
    }
    #expect(
      text.hasPrefix("Process 0 cannot listen at 127.0.0.1:\(taken.port) for the others: "))
  }

  @Test func theEndOfAProcessEndsTheOthers() throws {
    let results = try inGroup(of: 2) { group in
      guard group.rank == 0 else { return "left" }
      return message { try group.wait() }
    }
    #expect(
      results[0].hasPrefix("Process 0 of 2 (counted from 0) lost another one: "), "\(results[0])")
  }

  @Test func messagesSayWhatToDoNext() {
    #expect(
      "\(ProcessGroupError.notOpened(address: "node1:29500", reason: "it is in use"))"
        == "Process 0 cannot listen at node1:29500 for the others: it is in use. Set MASTER_ADDR "
        + "to this machine's name and MASTER_PORT to a port that is free here.")
    #expect(
      "\(ProcessGroupError.unreachable(address: "node1:29500", seconds: 300, reason: "no answer"))"
        == "Process 0 did not answer at node1:29500 for 300 seconds: no answer. Check that process "
        + "0 was started, and that this machine can reach that address (MASTER_ADDR and "
        + "MASTER_PORT).")
    #expect(
      "\(ProcessGroupError.notConnected(rank: 1, count: 2, reason: "no route"))"
        == "Process 1 of 2 (counted from 0) cannot connect to the others: no route. Name a network "
        + "interface that all machines share in GLOO_SOCKET_IFNAME, for example eth0.")
    #expect(
      "\(ProcessGroupError.lost(rank: 1, count: 2, reason: "Connection closed by peer"))"
        == "Process 1 of 2 (counted from 0) lost another one: Connection closed by peer. The other "
        + "one's own message says why it ended. Finished work is kept; run the same command again "
        + "to go on.")
  }
}

/// Does `body` in every process of a group and returns the results by rank.
private func inGroup<R: Sendable>(
  of count: Int, _ body: @escaping @Sendable (ProcessGroup) throws -> R
) throws -> [R] {
  try inProcessGroup(of: count, body).map { try $0.get() }
}

/// Computes the loss of a batch and its gradient in one process, and in several with a share each.
///
/// - Returns: The loss, or the mean of the processes' losses, and the gradient of every value.
private func sharing(
  _ values: [Double], _ shape: [Int], count: Int,
  loss: @escaping @Sendable (Tensor, Range<Int>) throws -> Tensor
) throws -> (whole: [Double], shared: [Double]) {
  let batch = shape[0]
  let size = values.count / batch
  @Sendable func compute(_ share: Range<Int>) throws -> [Double] {
    let x = try Tensor(
      of: Array(values[share.lowerBound * size..<share.upperBound * size]),
      [share.count] + shape.dropFirst()
    ).requiringGradient()
    let value = try loss(x, share)
    try value.backward()
    return try [value.item()] + (x.gradient?.doubles() ?? [])
  }
  let parts = try inGroup(of: count) { group in
    let share = batch / count
    return try ProcessGroup.$current.withValue(group) {
      try compute(group.rank * share..<(group.rank + 1) * share)
    }
  }
  // The objective is the mean of the processes' losses.
  let mean = parts.reduce(0) { $0 + $1[0] } / Double(count)
  return (
    try compute(0..<batch),
    [mean] + parts.flatMap { $0.dropFirst().map { $0 / Double(count) } }
  )
}

/// Numbers without a pattern.
private func values(_ count: Int) -> [Double] {
  (0..<count).map { sin(Double($0 * $0) + 0.5) }
}
