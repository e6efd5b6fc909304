import SharedTestSupport
import Tensors
import Testing

@testable import CoreAPI

@Suite("The processes of a training", .serialized)
struct TrainingProcessesTests {
  @Test func everyProcessHasAShareOfEveryBatch() throws {
    let shares = try inPair { try $0.share(ofBatch: 6) }.map { try $0.get() }
    #expect(shares == [0..<3, 3..<6])
    let alone = TrainingProcesses(group: nil, stage: "Test")
    #expect(try alone.share(ofBatch: 5) == 0..<5)
    #expect(alone.isFirst)
  }

  @Test func aBatchThatCannotBeSharedIsRefused() throws {
    for result in try inPair({ try $0.share(ofBatch: 5) }) {
      #expect(throws: CoreError.batchNotDivisible(stage: "Test", batchSize: 5, processes: 2)) {
        try result.get()
      }
    }
  }

  @Test(arguments: [0, 1])
  func processesStartWithEqualWeights(difference: UInt64) throws {
    let results = try inPair { processes in
      let rank = processes.isFirst ? 0 : 1
      let store = ParameterStore(seed: UInt64(rank) * difference)
      _ = try Linear(store.root, inputs: 2, outputs: 2)
      let optimizer = SGD(groups: [ParameterGroup(store.parameters)], momentum: 0)
      try processes.checkStart(step: 0, stores: [store], optimizer: optimizer)
    }
    for result in results {
      if difference == 0 {
        try result.get()
      } else {
        #expect(throws: CoreError.unequalStart(stage: "Test", rank: 1)) { try result.get() }
      }
    }
  }

  @Test func messagesSayWhatToDoNext() {
    #expect(
      "\(CoreError.batchNotDivisible(stage: "IRNet · classifier", batchSize: 16, processes: 3))"
        == "IRNet · classifier: a batch of 16 cannot be shared by 3 processes. Expected a batch size "
        + "that is a multiple of 3; 'batch_size' counts the samples of all processes.")
    #expect(
      "\(CoreError.unequalStart(stage: "IRNet · classifier", rank: 1))"
        == "IRNet · classifier: process 1 (counted from 0) starts with other weights than process "
        + "0. Start the same program with the same arguments everywhere, with the run's folder and "
        + "weight files where all processes read the same.")
  }

  /// Does `body` in two processes, here threads, and returns the results by rank.
  private func inPair<R: Sendable>(
    _ body: @escaping @Sendable (TrainingProcesses) throws -> R
  ) throws -> [Result<R, any Error>] {
    try inProcessGroup(of: 2) { try body(TrainingProcesses(group: $0, stage: "Test")) }
  }
}
