internal import CTorch
public import TensorFiles

/// Runs `body` with convolutions and matrix products in a smaller type.
///
/// Operations that lose too much in it stay in `float32`, and gradients arrive in the type of their
/// parameters. Without hardware for it (``Runtime/hasFastBFloat16``), `bfloat16` is slower than
/// `float32`.
///
/// - Parameters:
///   - dtype: `bfloat16`, or on a GPU `float16`; nil switches mixed precision off.
///   - device: The kind of device whose operations are concerned.
///   - body: Work on this thread; it cannot be asynchronous, because the mode belongs to the
///     thread.
/// - Returns: What `body` returns.
/// - Throws: What `body` throws, or ``TensorError`` for a type that libtorch refuses.
public func withAutocast<R>(
  _ dtype: DType?, on device: Device = .cpu, _ body: () throws -> R
) throws -> R {
  let previous = ct_autocast(device.isCUDA)
  let code = try dtype?.supportedCode()
  let state = CTAutocast(enabled: code != nil, dtype: code ?? previous.dtype)
  try Tensor.run { ct_enter_autocast(device.isCUDA, state, $0) }
  defer { ct_leave_autocast(device.isCUDA, previous) }
  return try body()
}
