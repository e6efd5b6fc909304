import Synchronization

/// A list that several threads add to.
final class Locked<Value: Sendable>: Sendable {
  private let values: Mutex<[Value]>

  init(_ values: [Value]) { self.values = Mutex(values) }

  /// The values so far.
  var all: [Value] { values.withLock { $0 } }
  /// The number of values so far.
  var count: Int { all.count }

  func append(_ value: Value) { values.withLock { $0.append(value) } }
}
