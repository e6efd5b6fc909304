internal import CTorch
internal import Foundation

extension Runtime {
  /// The version of libtorch this program was built against, for example `1.13.1`.
  public static var libtorchVersion: String { String(cString: ct_version()) }

  /// Returns what the last bits of a computation depend on besides data, type and thread count.
  ///
  /// Another value of any of them can give other bits; equal ones give equal bits, run after run.
  ///
  /// - Parameter device: Where tensors live.
  /// - Returns: Names and values in words, for the key of a stored result.
  public static func numerics(on device: Device) -> [String: String] {
    var numerics = [
      "libtorch": libtorchVersion, "libraries": libraries, "instruction set": cpuCapability,
      "oneDNN": oneDNNInstructionSet, "BLAS": blas,
    ]
    if case .cuda(let index) = device { numerics["GPU"] = gpuName(index) }
    return numerics
  }

  /// The instruction set that libtorch's own kernels use here, for example `AVX512`.
  static var cpuCapability: String {
    let label = "CPU capability usage: "
    return configuration.first { $0.hasPrefix(label) }.map { String($0.dropFirst(label.count)) }
      ?? "unknown"
  }

  /// The libraries that libtorch calls, with their versions as it words them.
  private static var libraries: String {
    let lines = configuration.filter { line in
      ["MKL-DNN", "Math Kernel Library", "CUDA Runtime", "CuDNN"].contains { line.contains($0) }
    }
    return lines.isEmpty ? "none" : lines.joined(separator: "; ")
  }

  /// The lines of libtorch's description of itself.
  private static var configuration: [String] {
    guard let text = ct_configuration() else { return [] }
    defer { ct_free_string(text) }
    return String(cString: text).split(separator: "\n").map {
      $0.trimmingCharacters(in: CharacterSet(charactersIn: " -"))
    }
  }

  /// The instruction sets of oneDNN's convolutions: its own bits, or the limit that was asked for
  /// where it does not show them.
  private static var oneDNNInstructionSet: String {
    let bits = ct_onednn_instruction_set()
    if bits >= 0 { return "0x" + String(bits, radix: 16) }
    return environment(["ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA"])
  }

  /// The library of matrix products with the processor that it chose its kernels for.
  private static var blas: String {
    if let core = ct_openblas_core(), let configuration = ct_openblas_configuration() {
      let version = String(cString: configuration).split(separator: " ").prefix(2)
      return "\(version.joined(separator: " ")), \(String(cString: core))"
    }
    return environment(["OPENBLAS_CORETYPE", "MKL_CBWR", "MKL_ENABLE_INSTRUCTIONS"])
  }

  private static func gpuName(_ index: Int) -> String {
    var text = [CChar](repeating: 0, count: 256)
    guard ct_gpu_name(Int32(clamping: index), &text, Int32(text.count)) else { return "unknown" }
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Those of the variables that are set, in words.
  private static func environment(_ names: [String]) -> String {
    let all = ProcessInfo.processInfo.environment
    let given = names.compactMap { name in all[name].map { "\(name)=\($0)" } }
    return given.isEmpty ? "default" : given.joined(separator: ", ")
  }
}
