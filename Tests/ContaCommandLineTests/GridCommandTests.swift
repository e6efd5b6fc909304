import ContaCommandLine
import Harness
import Synchronization
import Testing

@Suite struct GridCommandTests {
  private final class Recorder: Sendable {
    let requests = Mutex<[GridRequest]>([])
    let messages = Mutex("")
  }

  private func run(_ arguments: String...) -> (requests: [GridRequest], messages: String) {
    let recorder = Recorder()
    let program = ContaProgram(
      actions: ProgramActions(
        run: { _, _ in "" }, plugins: { [] }, world: { _, _ in },
        grid: { request, _ in
          recorder.requests.withLock { $0.append(request) }
          return ""
        }),
      output: ProgramOutput(
        result: { _ in }, message: { text in recorder.messages.withLock { $0 += text } }))
    _ = program.run(["grid", "g.yaml", "--out", "o"] + arguments)
    return (recorder.requests.withLock { $0 }, recorder.messages.withLock { $0 })
  }

  @Test func passesSlurmsOptionsOn() {
    let outcome = run(
      "a.b=1", "--launcher", "slurm", "--account", "lab", "--partition", "gpu", "--gpus", "1",
      "--device", "cuda", "--time", "8:00:00", "--array-limit", "20")
    #expect(
      outcome.requests == [
        GridRequest(
          file: "g.yaml", overrides: ["a.b=1"], output: "o", device: "cuda",
          slurm: SlurmOptions(
            account: "lab", partition: "gpu", gpus: "1", time: "8:00:00", arrayLimit: 20))
      ])
    #expect(outcome.messages == "")
  }

  @Test(arguments: [
    ("--account", "lab"), ("--partition", "gpu"), ("--gpus", "1"), ("--time", "1:00"),
    ("--array-limit", "3"),
  ])
  func slurmsOptionsNeedSlurm(option: String, value: String) {
    let outcome = run(option, value, "--device", "cuda")
    #expect(outcome.requests.isEmpty)
    #expect(
      outcome.messages
        == "error: '\(option) \(value)' is for Slurm, but the cells would run on this machine. Add "
        + "'--launcher slurm', or leave it out. See 'conta grid --help'.\n")
  }

  @Test func reservedGPUsMustBeUsed() {
    let outcome = run("--launcher", "slurm", "--gpus", "1")
    #expect(outcome.requests.isEmpty)
    #expect(
      outcome.messages
        == "error: '--gpus 1' reserves GPUs, but the cells would compute on the processor. Add "
        + "'--device cuda'. See 'conta grid --help'.\n")
  }
}
