import Foundation

/// Prints a Markdown table of the project's speed and memory beside that of its peers.
///
/// Every cell is measured in a process of its own, which starts from this small one, so that peak
/// memory means something.
@main
struct ContaBenchmark {
  private static let usage = """
    usage: conta-benchmark [--python <interpreter>] [--repetitions <n>]

      --python       a Python with the packages of peers/requirements.txt; no peers without it
      --repetitions  how many timed runs the median is taken of, at least 5 (default 5)
    """

  static func main() throws {
    var options: [String: String] = [:]
    var arguments = CommandLine.arguments.dropFirst()
    while let name = arguments.popFirst() {
      // The last three are what the table's process starts itself with.
      let names = ["--python", "--repetitions", "--workload", "--threads", "--write-inputs"]
      guard names.contains(name),
        let value = arguments.popFirst()
      else {
        print(usage)
        return
      }
      options[name] = value
    }
    let repetitions = max(options["--repetitions"].flatMap(Int.init) ?? 5, 5)
    if let workload = options["--workload"].flatMap(Workload.init(rawValue:)) {
      if let folder = options["--write-inputs"] {
        try workload.writeInputs(to: URL(fileURLWithPath: folder))
        return
      }
      let threads = options["--threads"].flatMap(Int.init) ?? 1
      let measurement = try Measurement(
        repetitions: repetitions, workload.prepared(threads: threads))
      print(String(decoding: try JSONEncoder().encode(measurement), as: UTF8.self))
    } else {
      try printTable(python: options["--python"], repetitions: repetitions)
    }
  }

  private static func printTable(python: String?, repetitions: Int) throws {
    print(
      """
      | workload | peer | threads | wall, s | peer | ratio | processor, s | peer | ratio \
      | peak, MiB | peer |
      |---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|
      """)
    for workload in Workload.allCases {
      var peer: Measurement?
      for threads in [1, 2] {
        if let python, peer == nil || workload.peer.usesThreads {
          peer = try measurePeer(workload, python: python, repetitions, threads: threads)
        }
        let own = try Measurement(
          running: CommandLine.arguments[0],
          [
            "--workload", workload.rawValue, "--threads", "\(threads)",
            "--repetitions", "\(repetitions)",
          ])
        print(row(workload, threads, own, peer))
      }
    }
  }

  private static func measurePeer(
    _ workload: Workload, python: String, _ repetitions: Int, threads: Int
  ) throws -> Measurement {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "conta-benchmark-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try run(
      CommandLine.arguments[0],
      ["--workload", workload.rawValue, "--write-inputs", folder.path])
    let script = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "peers/\(workload.peer.script)")
    return try Measurement(
      running: python, [script.path, folder.path, "\(repetitions)", "\(threads)"])
  }

  private static func row(
    _ workload: Workload, _ threads: Int, _ own: Measurement, _ peer: Measurement?
  ) -> String {
    func format(_ value: Double?, _ digits: Int) -> String {
      value.map { String(format: "%.\(digits)f", $0) } ?? "–"
    }
    func compared(_ value: (Measurement) -> Double) -> [String] {
      let ratio = peer.map { value(own) / value($0) }
      return [format(value(own), 3), format(peer.map(value), 3), format(ratio, 2)]
    }
    let agrees = peer.map { abs(own.check - $0.check) <= 1e-3 * max(abs($0.check), 1e-2) } ?? true
    let cells =
      [workload.title, workload.peer.name + (agrees ? "" : ", RESULT DIFFERS"), "\(threads)"]
      + compared(\.seconds) + compared(\.processorSeconds)
      + [format(own.peakMebibytes, 0), format(peer?.peakMebibytes, 0)]
    return "| " + cells.joined(separator: " | ") + " |"
  }
}
