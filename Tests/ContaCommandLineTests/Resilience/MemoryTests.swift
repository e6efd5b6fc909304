import Foundation
import Testing

/// Trainings of many steps hold no more memory than trainings of few.
@Suite struct MemoryTests {
  /// The growth that is allowed, in bytes.
  private static let limit = 5 << 20

  #if os(Linux)
    @Test func residentMemoryDoesNotGrow() throws {
      let isSoak = ProcessInfo.processInfo.environment["CONTA_SOAK"] == "1"
      let (first, last) = isSoak ? (1000, 10_000) : (300, 1500)
      let run = try TinyRun()
      let process = try run.start([
        "seed_generator.epochs=10000", "seed_generator.batch_size=2", "seed_generator.crop_size=32",
        "seed_generator.rate=1e-3", "intervention.rounds=0", "runtime.checkpoint_interval=5",
      ])
      let before = try #require(residentBytes(of: process, in: run, atStep: first))
      let after = try #require(residentBytes(of: process, in: run, atStep: last))
      process.send(SIGKILL)
      print("resident memory grew by \((after - before) >> 10) KiB, \(before >> 20) MiB at first")
      #expect(after - before <= Self.limit, "\(before) bytes became \(after)")
    }
  #endif

  /// Waits for a step of the first training, of which `metrics.jsonl` tells at every epoch's end.
  private func residentBytes(of process: ContaProcess, in run: TinyRun, atStep step: Int) -> Int? {
    struct Line: Decodable { var step: Double }
    while process.isRunning {
      if let line = run.data("metrics.jsonl").split(separator: UInt8(ascii: "\n")).last,
        let reached = try? JSONDecoder().decode(Line.self, from: Data(line)).step,
        Int(reached) >= step
      {
        let status = try? String(
          contentsOfFile: "/proc/\(process.identifier)/status", encoding: .utf8)
        let value = status?.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return value?.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
      }
      usleep(20_000)
    }
    return nil
  }
}
