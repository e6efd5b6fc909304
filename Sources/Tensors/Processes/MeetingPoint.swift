internal import CTorch

/// Where the processes of a training find each other: an address that process 0 answers at.
public final class MeetingPoint: Sendable {
  /// The name or address of the machine of process 0.
  public let host: String
  /// The port that process 0 listens at.
  public let port: Int

  /// libtorch locks the table itself.
  nonisolated(unsafe) let pointer: OpaquePointer

  /// The address of processes on one machine.
  public static let localHost = "127.0.0.1"

  /// Opens the meeting point, or waits until process 0 has.
  ///
  /// - Parameters:
  ///   - host: The name or address of the machine of process 0.
  ///   - port: A port of it; 0 in process 0 takes a free one.
  ///   - isKeeper: Whether this is process 0.
  ///   - patience: The number of seconds to wait for process 0.
  /// - Throws: ``ProcessGroupError/unreachable(address:seconds:reason:)`` in the other processes,
  ///   ``ProcessGroupError/notOpened(address:reason:)`` in process 0.
  public init(host: String, port: Int, isKeeper: Bool, patience: Double = 300) throws {
    precondition((0...65535).contains(port), "A port is in 0...65535, got \(port)")
    var store: OpaquePointer?
    func failure(_ reason: String) -> ProcessGroupError {
      isKeeper
        ? .notOpened(address: "\(host):\(port)", reason: reason)
        : .unreachable(address: "\(host):\(port)", seconds: patience, reason: reason)
    }
    try ProcessGroup.call(
      { ct_open_store(&store, host, Int32(port), isKeeper, patience, $0) }, orThrow: failure)
    guard let store else { throw failure("no table was made") }
    pointer = store
    self.host = host
    self.port = Int(ct_store_port(store))
  }

  deinit { ct_close_store(pointer) }

  /// Host and port.
  var address: String { "\(host):\(port)" }

  /// Whether all processes are on one machine.
  var isLocal: Bool { host == Self.localHost || host == "localhost" }
}
