import Foundation

/// The time and memory of one process that repeated a workload.
struct Measurement: Codable {
  /// The median wall time of a repetition.
  let seconds: Double
  /// The median processor time of a repetition, all threads together.
  let processorSeconds: Double
  /// The largest resident memory of the process.
  let peakMebibytes: Double
  /// The first element of the result, to see that both sides computed the same.
  let check: Double

  enum CodingKeys: String, CodingKey {
    case seconds
    case processorSeconds = "processor_seconds"
    case peakMebibytes = "peak_mebibytes"
    case check
  }

  /// Repeats a computation in this process.
  init(repetitions: Int, _ body: () throws -> Double) rethrows {
    var check = try body()
    var times: [Double] = []
    var processorTimes: [Double] = []
    for _ in 0..<repetitions {
      let start = ContinuousClock.now
      let processorStart = Self.usage().processorSeconds
      check = try body()
      let (seconds, attoseconds) = (ContinuousClock.now - start).components
      times.append(Double(seconds) + Double(attoseconds) * 1e-18)
      processorTimes.append(Self.usage().processorSeconds - processorStart)
    }
    self.check = check
    seconds = times.sorted()[repetitions / 2]
    processorSeconds = processorTimes.sorted()[repetitions / 2]
    peakMebibytes = Self.usage().peakMebibytes
  }

  /// What this process has used so far.
  private static func usage() -> (processorSeconds: Double, peakMebibytes: Double) {
    var usage = rusage()
    #if canImport(Darwin)
      getrusage(RUSAGE_SELF, &usage)
      let peak = Double(usage.ru_maxrss) / 1_048_576
    #else
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      let peak = Double(usage.ru_maxrss) / 1024
    #endif
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }
    return (seconds(usage.ru_utime) + seconds(usage.ru_stime), peak)
  }

  /// Runs a program that prints a measurement as JSON.
  init(running program: String, _ arguments: [String]) throws {
    let output = try run(program, arguments)
    self = try JSONDecoder().decode(Measurement.self, from: output)
  }
}

/// Runs a program to its end and returns what it printed.
@discardableResult
func run(_ program: String, _ arguments: [String]) throws -> Data {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: program)
  process.arguments = arguments
  let output = Pipe()
  process.standardOutput = output
  try process.run()
  let data = try output.fileHandleForReading.readToEnd() ?? Data()
  process.waitUntilExit()
  guard process.terminationStatus == 0 else {
    throw BenchmarkError(
      message: "'\(program) \(arguments.joined(separator: " "))' exited with status "
        + "\(process.terminationStatus). Its messages are above.")
  }
  return data
}

/// Why a benchmark could not be run.
struct BenchmarkError: Error, CustomStringConvertible {
  let message: String
  var description: String { message }
}
