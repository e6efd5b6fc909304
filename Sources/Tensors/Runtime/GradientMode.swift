internal import CTorch

/// Runs `body` without recording operations for ``Tensor/backward()``.
///
/// Use it for inference and for changes of parameters: it saves the memory of the graph.
///
/// - Parameter body: Work on this thread; it cannot be asynchronous, because the mode belongs to
///   the thread.
/// - Returns: What `body` returns.
/// - Throws: What `body` throws.
public func withoutGradient<R>(_ body: () throws -> R) rethrows -> R {
  try withGradientMode(false, body)
}

/// Runs `body` with operations recorded for ``Tensor/backward()``, as is the default.
///
/// - Parameter body: Work on this thread, for example a part of a larger ``withoutGradient(_:)``.
/// - Returns: What `body` returns.
/// - Throws: What `body` throws.
public func withGradient<R>(_ body: () throws -> R) rethrows -> R {
  try withGradientMode(true, body)
}

private func withGradientMode<R>(_ enabled: Bool, _ body: () throws -> R) rethrows -> R {
  let previous = ct_gradient_mode()
  ct_set_gradient_mode(enabled)
  defer { ct_set_gradient_mode(previous) }
  return try body()
}
