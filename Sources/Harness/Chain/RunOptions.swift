import TensorFiles
public import Tensors

/// How a run computes, as opposed to what it computes.
public struct RunOptions: Sendable {
  /// The precision of convolutions.
  public enum Precision: String, CaseIterable, Sendable {
    /// IEEE single precision.
    case float32
    /// bfloat16 where that is faster than single precision on this machine.
    case bfloat16
  }

  /// The number of threads of tensor work.
  public var threads: Int
  /// Where tensors live.
  public var device: Device
  /// The precision of convolutions.
  public var precision: Precision
  /// The number of steps after which every training stops early, nil to train in full.
  public var stepLimit: Int?
  /// The processes that share the batches of trainings, nil for one process.
  public var processes: ProcessGroup?
  /// The number of seconds between two checkpoints of a training.
  public var checkpointInterval: Double

  /// Creates options.
  ///
  /// - Parameters:
  ///   - threads: The number of threads of tensor work, at least 1.
  ///   - device: Where tensors live.
  ///   - precision: The precision of convolutions.
  ///   - stepLimit: The number of steps after which every training stops early.
  ///   - checkpointInterval: The number of seconds between two checkpoints.
  public init(
    threads: Int, device: Device = .cpu, precision: Precision = .float32, stepLimit: Int? = nil,
    checkpointInterval: Double = 30
  ) {
    precondition(threads > 0, "At least one thread is needed, got \(threads)")
    self.threads = threads
    self.device = device
    self.precision = precision
    self.stepLimit = stepLimit
    self.checkpointInterval = checkpointInterval
  }

  /// The reduced precision of convolutions, nil for full precision.
  ///
  /// Without AVX512-BF16 or AMX, bfloat16 is slower than single precision, so it is not used there.
  var autocast: DType? {
    guard precision == .bfloat16 else { return nil }
    return device == .cpu && !Runtime.hasFastBFloat16 ? nil : .bfloat16
  }

  /// A line on a precision that was asked for and is not used, nil where it is.
  ///
  /// - Parameter hasFastBFloat16: Whether the processor multiplies `bfloat16` in hardware.
  /// - Returns: What a user should know before the run.
  func precisionNote(hasFastBFloat16: Bool = Runtime.hasFastBFloat16) -> String? {
    guard precision == .bfloat16, device == .cpu, !hasFastBFloat16 else { return nil }
    return "'precision: bfloat16' is not used: this processor has neither AVX512-BF16 nor AMX. "
      + "Everything is computed in float32, at about half the speed of a processor that has them."
  }

  /// What the bits of a result depend on besides inputs, configuration and seed.
  var numericsProfile: [String: String] {
    var profile = Runtime.numerics(on: device).merging([
      "device": device == .cpu ? "cpu" : "cuda", "precision": (autocast ?? .float32).rawValue,
      "threads": String(threads),
    ]) { first, _ in first }
    // Sums over processes are rounded in another order.
    if let processes { profile["processes"] = String(processes.count) }
    return profile
  }
}
