import SharedTestSupport
import Testing

@testable import Harness

@Suite struct MetricsLogTests {
  @Test func aResumedLogEqualsAnUndisturbedOne() throws {
    let folder = try TemporaryFolder()
    func append(_ steps: ClosedRange<Int>, of stage: String, to log: MetricsLog) throws {
      for step in steps {
        try log.append(["stage": stage], values: ["step": Double(step), "loss": 0.1])
      }
    }
    let undisturbed = MetricsLog(path: "\(folder.path)/a.jsonl")
    try append(1...9, of: "first", to: undisturbed)
    try append(1...4, of: "second", to: undisturbed)

    let killed = MetricsLog(path: "\(folder.path)/b.jsonl")
    try append(1...9, of: "first", to: killed)
    try append(1...3, of: "second", to: killed)
    try folder.write(try folder.text(of: "b.jsonl") + "{\"lo", to: "b.jsonl")
    try killed.removeLines(ofStage: "second", after: 2)
    try append(3...4, of: "second", to: killed)
    #expect(try folder.text(of: "a.jsonl") == folder.text(of: "b.jsonl"))
  }

  @Test func writesSortedJSONAndNamesWhatIsNoNumber() throws {
    let folder = try TemporaryFolder()
    let log = MetricsLog(path: "\(folder.path)/new/metrics.jsonl")
    try log.append(["event": "epoch"], values: ["loss": .nan, "b": -.infinity, "a": 0.5])
    #expect(
      try folder.text(of: "new/metrics.jsonl")
        == "{\"a\":0.5,\"b\":\"-inf\",\"event\":\"epoch\",\"loss\":\"nan\"}\n")
  }
}
