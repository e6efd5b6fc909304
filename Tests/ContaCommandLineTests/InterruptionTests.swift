import Testing

@testable import ContaCommandLine

@Suite struct InterruptionTests {
  @Test func saysHowToResumeARun() {
    #expect(
      Interruption.message(
        program: "conta", arguments: ["run", "x.yaml", "a=[1, 2]", "--out", "it's here"])
        == "Interrupted. Finished work is kept; to resume, run: "
        + "conta run x.yaml 'a=[1, 2]' --out 'it'\\''s here'")
  }

  @Test func othersCannotBeResumed() {
    #expect(Interruption.message(program: "conta", arguments: ["evaluate"]) == "Interrupted.")
    #expect(
      Interruption.message(program: "conta", arguments: ["grid", "x.yaml", "--dry-run"])
        == "Interrupted.")
  }
}
