import ContaCommandLine
import Harness
import Synchronization
import Testing

@Suite struct CuesCommandTests {
  private final class Recorder: Sendable {
    let requests = Mutex<[CueRequest]>([])
    let messages = Mutex("")
  }

  private func run(_ arguments: String...) -> (requests: [CueRequest], messages: String) {
    let recorder = Recorder()
    let program = ContaProgram(
      actions: ProgramActions(
        run: { _, _ in "" }, plugins: { [] }, world: { _, _ in },
        cues: { request, _ in
          recorder.requests.withLock { $0.append(request) }
          return 12
        }),
      output: ProgramOutput(
        result: { _ in }, message: { text in recorder.messages.withLock { $0 += text } }))
    _ = program.run(["cues"] + arguments)
    return (recorder.requests.withLock { $0 }, recorder.messages.withLock { $0 })
  }

  @Test func passesEveryArgumentOn() {
    let outcome = run(
      "sec.yaml", "a.b=1", "--run", "runs/sec", "--out", "out/cues.pickle", "--list", "list.txt",
      "--steps", "2", "--threads", "3", "--device", "cpu")
    #expect(
      outcome.requests == [
        CueRequest(
          recipe: "sec.yaml", overrides: ["a.b=1"], directory: "runs/sec",
          output: "out/cues.pickle", list: "list.txt", steps: 2, threads: 3, device: "cpu")
      ])
    #expect(
      outcome.messages == "Wrote the cues of 12 images: 'out/cues.pickle', listed in 'list.txt'.\n")
  }

  @Test(arguments: [("out/cues.pickle", "out/input_list.txt"), ("cues.pickle", "input_list.txt")])
  func listLiesBesideThePickle(out: String, list: String) {
    #expect(run("sec.yaml", "--run", "r", "--out", out).requests.map(\.list) == [list])
  }
}
