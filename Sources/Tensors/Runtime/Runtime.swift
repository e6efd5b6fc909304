internal import CTorch
internal import Foundation

/// What this process and its libtorch can do, and what they have used.
public enum Runtime {
  /// Sets how many threads one operation may use.
  ///
  /// Call it once, before any computation: results of different thread counts differ in the last
  /// bits, and some builds of libtorch start with a single thread.
  ///
  /// - Parameter count: The number of threads, at least 1.
  public static func setThreadCount(_ count: Int) {
    precondition(count >= 1, "The thread count must be at least 1, got \(count)")
    ct_set_thread_count(Int32(clamping: count))
    ct_set_openblas_thread_count(Int32(clamping: count))
  }

  /// Keeps freed memory for the next tensors of this process.
  ///
  /// By default the C library asks the system for the memory of every large tensor and gives it
  /// back at once; clearing and mapping the pages costs as much as the arithmetic of a light
  /// network. Call it once, before any computation. It has an effect with the GNU C library only.
  public static func keepFreedMemory() { ct_keep_freed_memory() }

  /// The number of threads one operation may use.
  public static var threadCount: Int { Int(ct_thread_count()) }

  /// Whether libtorch sees a CUDA device.
  public static var isCUDAAvailable: Bool { cudaDeviceCount > 0 }

  /// The number of CUDA devices that libtorch sees.
  public static var cudaDeviceCount: Int { Int(ct_cuda_device_count()) }

  /// Whether the processor multiplies `bfloat16` in hardware; without it, it is slower than
  /// `float32`.
  public static var hasFastBFloat16: Bool {
    let flags = text(of: "/proc/cpuinfo").split(separator: "\n").first { $0.hasPrefix("flags") }
    return flags?.split(separator: " ").contains { $0 == "avx512_bf16" || $0 == "amx_bf16" }
      ?? false
  }

  /// The most physical memory this process has used, in bytes; 0 where the system does not say.
  public static var peakMemoryInBytes: Int { statusBytes("VmHWM:") }

  /// The physical memory this process uses, in bytes; 0 where the system does not say.
  public static var residentMemoryInBytes: Int { statusBytes("VmRSS:") }

  /// Seeds libtorch's global generators, which no operation of this module draws from.
  ///
  /// - Parameter seed: The seed.
  /// - Throws: ``TensorError`` if a device fails.
  public static func manualSeed(_ seed: UInt64) throws {
    try Tensor.run { ct_manual_seed(seed, $0) }
  }

  private static func statusBytes(_ key: String) -> Int {
    let line = text(of: "/proc/self/status").split(separator: "\n").first { $0.hasPrefix(key) }
    let number = line?.dropFirst(key.count).split(whereSeparator: \.isWhitespace).first
    return (number.flatMap { Int($0) } ?? 0) * 1024
  }

  private static func text(of path: String) -> String {
    (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
  }
}
