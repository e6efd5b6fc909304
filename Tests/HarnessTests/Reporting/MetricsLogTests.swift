import Testing

@testable import Harness

@Suite struct MetricsLogTests {
  @Test func aResumedLogEqualsAnUndisturbedOne() throws {
    let folder = try TemporaryFolder()
    let undisturbed = try MetricsLog(path: "\(folder.path)/a.jsonl")
    for step in 0..<4 { try undisturbed.append(values: ["step": Double(step), "loss": 0.1]) }

    let killed = try MetricsLog(path: "\(folder.path)/b.jsonl")
    try killed.append(values: ["step": 0, "loss": 0.1])
    try killed.append(values: ["step": 1, "loss": 0.1])
    let checkpoint = killed.position
    try killed.append(values: ["step": 2, "loss": 0.1])
    try folder.write(try folder.text(of: "b.jsonl") + "{\"lo", to: "b.jsonl")
    let resumed = try MetricsLog(path: "\(folder.path)/b.jsonl", resumingAt: checkpoint)
    for step in 2..<4 { try resumed.append(values: ["step": Double(step), "loss": 0.1]) }
    #expect(try folder.text(of: "a.jsonl") == folder.text(of: "b.jsonl"))
  }

  @Test func writesSortedJSONAndNamesWhatIsNoNumber() throws {
    let folder = try TemporaryFolder()
    let log = try MetricsLog(path: "\(folder.path)/new/metrics.jsonl")
    try log.append(["event": "epoch"], values: ["loss": .nan, "b": -.infinity, "a": 0.5])
    #expect(
      try folder.text(of: "new/metrics.jsonl")
        == "{\"a\":0.5,\"b\":\"-inf\",\"event\":\"epoch\",\"loss\":\"nan\"}\n")
  }
}
