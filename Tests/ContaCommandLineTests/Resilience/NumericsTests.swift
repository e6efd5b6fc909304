import Foundation
import Harness
import Testing

/// What changes the last bits of results is part of every stage's key.
@Suite struct NumericsTests {
  @Test(arguments: [("DNNL_MAX_CPU_ISA", "SSE41"), ("OPENBLAS_CORETYPE", "Prescott")])
  func otherKernelsComputeAnew(variable: String, value: String) throws {
    let run = try TinyRun.copyOfUndisturbed()
    let process = try ContaProcess(run.arguments([]), environment: [variable: value])
    while process.isRunning, try run.events().isEmpty { usleep(1000) }
    process.send(SIGKILL)
    let messages = process.outcome().messages
    let first = try #require(try run.events().first, "\(messages)")
    #expect(first.stage == "train-classifier")
    #expect(first.event == .started)
  }
}
