internal import CTorch
internal import Essentials

/// Processes that train one model together, each with its share of every batch.
///
/// Every process makes the same calls in the same order, on one thread, and waits in each of them
/// for the others. What comes back has the same bits in every process, so that models which start
/// equal stay equal.
///
/// # Source
///
/// libtorch's `c10d`: Gloo between processors, NCCL between GPUs in builds that have it.
public final class ProcessGroup: Sendable {
  /// This process's position, from 0.
  public let rank: Int
  /// The number of processes.
  public let count: Int

  /// libtorch's group may be handed from thread to thread; calls are made one after the other.
  private nonisolated(unsafe) let pointer: OpaquePointer

  /// The group whose processes share the batch that is being computed, nil if it is one process's.
  ///
  /// A training sets it around its loss. Means over a number of values that differs from sample to
  /// sample, such as pixels that are not ignored, and statistics of a batch count the values of all
  /// processes; see ``Tensor/batchMean(ofSum:count:epsilon:)``.
  @TaskLocal public static var current: ProcessGroup?

  /// Whether this build can make groups of processes.
  public static var isSupported: Bool { ct_has_process_groups() }

  /// Waits for the other processes and connects to them.
  ///
  /// - Parameters:
  ///   - meetingPoint: Where the processes find each other; process 0 keeps it.
  ///   - rank: This process's position, in `0 ..< count`.
  ///   - count: The number of processes.
  ///   - patience: The number of seconds to wait for the others.
  ///   - interface: The network interface to use, nil for that of the machine's name.
  /// - Throws: ``ProcessGroupError``.
  public init(
    meetingAt meetingPoint: MeetingPoint, rank: Int, count: Int, patience: Double = 300,
    interface: String? = nil
  ) throws {
    precondition(
      (0..<count).contains(rank), "The rank must be in 0..<\(count), the processes, got \(rank)")
    self.rank = rank
    self.count = count
    var missing: Int32 = -1
    try Self.call { error in
      ct_meet(
        meetingPoint.pointer, Int32(rank), Int32(count), patience, &missing, error)
    } orThrow: {
      ProcessGroupError.lost(rank: rank, count: count, reason: $0)
    }
    guard missing < 0 else {
      throw ProcessGroupError.missing(
        rank: Int(missing), count: count, address: meetingPoint.address, seconds: patience)
    }
    var group: OpaquePointer?
    let host = meetingPoint.isLocal ? MeetingPoint.localHost : nil
    try Self.call { error in
      ct_make_process_group(
        &group, meetingPoint.pointer, Int32(rank), Int32(count), interface, host,
        Self.dayOfSeconds, error)
    } orThrow: {
      ProcessGroupError.notConnected(rank: rank, count: count, reason: $0)
    }
    guard let group else {
      throw ProcessGroupError.notConnected(rank: rank, count: count, reason: "no group was made")
    }
    pointer = group
    // One that left as soon as it was connected would look to the others like a broken network.
    try wait()
  }

  /// How long a call waits for a process that is alive but busy, for example with a whole stage; one
  /// that ended is noticed at once.
  private static let dayOfSeconds = 7.0 * 24 * 3600

  deinit { ct_free_process_group(pointer) }

  /// The error of an exchange that failed inside of another operation, such as a loss or its backward
  /// pass; nil if none did.
  public var failure: ProcessGroupError? {
    ct_process_group_failure(pointer).map {
      .lost(rank: rank, count: count, reason: Self.reason(String(cString: $0)))
    }
  }

  // MARK: - Exchange

  /// Returns the sums of numbers over all processes.
  ///
  /// - Parameter numbers: As many in every process.
  /// - Returns: The sums, the same in every process.
  /// - Throws: ``ProcessGroupError`` if another process ended.
  public func sums(_ numbers: [Double]) throws -> [Double] {
    var numbers = numbers
    try numbers.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return }
      try call { ct_sum_numbers(pointer, start, buffer.count, $0) }
    }
    return numbers
  }

  /// Waits until all processes are here.
  ///
  /// - Throws: ``ProcessGroupError`` if another process ended.
  public func wait() throws { _ = try sums([0]) }

  /// Returns the texts of all processes.
  ///
  /// - Parameter text: This process's text, of a few kilobytes at most.
  /// - Returns: Every process's text, by rank.
  /// - Throws: ``ProcessGroupError`` if another process ended.
  public func texts(_ text: String) throws -> [String] {
    let bytes = Array(text.utf8)
    var lengths = [Double](repeating: 0, count: count)
    lengths[rank] = Double(bytes.count)
    lengths = try sums(lengths)
    let starts = lengths.reduce(into: [0]) { $0.append($0[$0.count - 1] + Int($1)) }
    var characters = [Double](repeating: 0, count: starts[count])
    for (index, byte) in bytes.enumerated() { characters[starts[rank] + index] = Double(byte) }
    characters = try sums(characters)
    return (0..<count).map { other in
      String(decoding: characters[starts[other]..<starts[other + 1]].map(UInt8.init), as: UTF8.self)
    }
  }

  /// Replaces the gradients of parameters by their means over all processes.
  ///
  /// - Parameter parameters: The same in every process; those without a gradient anywhere keep none.
  /// - Throws: ``ProcessGroupError`` if another process ended.
  public func averageGradients(of parameters: [Parameter]) throws {
    let pointers = parameters.map { $0.value.pointer }
    try call { ct_average_gradients(pointer, pointers, pointers.count, $0) }
    withExtendedLifetime(parameters) {}
  }

  /// Calls `body` with the group as libtorch knows it.
  func withPointer<R>(_ body: (OpaquePointer) throws -> R) rethrows -> R {
    defer { withExtendedLifetime(self) {} }
    return try body(pointer)
  }

  private func call(_ function: (Tensor.Failure) -> Int32) throws {
    try Self.call(function) { ProcessGroupError.lost(rank: rank, count: count, reason: $0) }
  }

  static func call(
    _ function: (Tensor.Failure) -> Int32, orThrow error: (String) -> ProcessGroupError
  ) throws {
    var failure: UnsafeMutablePointer<CChar>?
    guard function(&failure) != 0 else { return }
    let text = failure.map { String(cString: $0) } ?? "no reason was given"
    ct_free_string(failure)
    throw error(reason(text))
  }

  /// libtorch's text without what helps nobody here.
  private static func reason(_ text: String) -> String {
    var reason = String(text.prefix { !$0.isNewline })
    // "[…/pair.cc:598] Connection closed": where in Gloo it happened helps nobody here.
    if reason.hasPrefix("["), let end = reason.firstRange(of: "] ") {
      reason = String(reason[end.upperBound...])
    }
    while reason.hasSuffix(".") { reason.removeLast() }
    return reason
  }
}
