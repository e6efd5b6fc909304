/// Processes that cannot train together, or no longer.
public enum ProcessGroupError: Error, Equatable, CustomStringConvertible, Sendable {
  /// Process 0 cannot listen at its address.
  case notOpened(address: String, reason: String)
  /// Process 0 does not answer at its address.
  case unreachable(address: String, seconds: Double, reason: String)
  /// A process did not come.
  case missing(rank: Int, count: Int, address: String, seconds: Double)
  /// All processes came, but they do not reach each other.
  case notConnected(rank: Int, count: Int, reason: String)
  /// A process ended while the others waited for it.
  case lost(rank: Int, count: Int, reason: String)

  /// What was found, what was expected, and what to do next.
  public var description: String {
    switch self {
    case .notOpened(let address, let reason):
      "Process 0 cannot listen at \(address) for the others: \(reason). Set MASTER_ADDR to this "
        + "machine's name and MASTER_PORT to a port that is free here."
    case .unreachable(let address, let seconds, let reason):
      "Process 0 did not answer at \(address) for \(Self.text(seconds)): \(reason). Check that "
        + "process 0 was started, and that this machine can reach that address (MASTER_ADDR and "
        + "MASTER_PORT)."
    case .missing(let rank, let count, let address, let seconds):
      "Process \(rank) of \(count) (counted from 0) did not come to \(address) for "
        + "\(Self.text(seconds)). Check that it was started with the same MASTER_ADDR, MASTER_PORT "
        + "and WORLD_SIZE, and read its own message."
    case .notConnected(let rank, let count, let reason):
      "Process \(rank) of \(count) (counted from 0) cannot connect to the others: \(reason). Name a "
        + "network interface that all machines share in GLOO_SOCKET_IFNAME, for example eth0."
    case .lost(let rank, let count, let reason):
      "Process \(rank) of \(count) (counted from 0) lost another one: \(reason). The other one's own "
        + "message says why it ended. Finished work is kept; run the same command again to go on."
    }
  }

  private static func text(_ seconds: Double) -> String {
    let rounded = Int(seconds.rounded())
    return rounded == 1 ? "1 second" : "\(rounded) seconds"
  }
}
