import Foundation
import PluginTestSupport
import SharedTestSupport
import TensorFiles
import Tensors
import Testing

@testable import CoreAPI

@Suite struct TrainingCheckpointTests {
  private let folder: TemporaryFolder
  private let notes = RecordedNotes()
  private var path: String { "\(folder.path)/checkpoint.safetensors" }
  private var damagedPath: String { "\(folder.path)/checkpoint-damaged.safetensors" }

  init() throws { folder = try TemporaryFolder() }

  /// Trains a layer for so many of four steps and returns its weights.
  private func train(steps: Int = 4) throws -> [TensorData] {
    let store = ParameterStore(seed: 1)
    let layer = try Linear(store.root / "layer", inputs: 1, outputs: 1)
    var environment = TrainingEnvironment(
      stage: "Test", seed: 0, workDirectory: folder.path, progress: notes)
    environment.stepLimit = steps
    try TrainingLoop(batchSize: 1, length: .steps(4)).run(
      sampleCount: 2,
      optimizer: SGD(groups: [ParameterGroup(store.parameters)], momentum: 0.9),
      schedule: PolynomialSchedule(initialRate: 0.1, power: 0.9, stepCount: 4),
      stores: [store], in: environment,
      prepare: { index, _ in Float(index) },
      loss: { batch in try layer(Tensor(batch, shape: [batch.count, 1])).mean() })
    return try store.stateDictionary().map { $0.1 }
  }

  /// The checkpoint of a training of one layer.
  private func checkpoint(
    _ layer: String, setsDamagedAside: Bool = true
  ) throws -> TrainingCheckpoint {
    let store = ParameterStore(seed: 1)
    _ = try Linear(store.root / layer, inputs: 1, outputs: 1)
    return TrainingCheckpoint(
      directory: folder.path, stores: [store],
      optimizer: SGD(groups: [ParameterGroup(store.parameters)], momentum: 0.9), stage: "Test",
      setsDamagedAside: setsDamagedAside, progress: notes)
  }

  private func truncate(to length: Int) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    try data.prefix(length).write(to: URL(fileURLWithPath: path))
  }

  @Test func aTrainingContinuesFromItsCheckpoint() throws {
    let half = try train(steps: 2)
    #expect(try checkpoint("layer").restore().step == 2)
    let whole = try train()
    #expect(half != whole)
    try FileManager.default.removeItem(atPath: path)
    #expect(try train() == whole)
    #expect(notes.lines.isEmpty)
  }

  @Test(arguments: [0, 7, 40, -1])
  func aTrainingWithATruncatedCheckpointBeginsAgain(length: Int) throws {
    let undisturbed = try train()
    let size = try Data(contentsOf: URL(fileURLWithPath: path)).count
    try truncate(to: length < 0 ? size + length : length)
    #expect(try train() == undisturbed)
    #expect(notes.lines.count == 1)
    #expect(FileManager.default.fileExists(atPath: damagedPath))
    // The new checkpoint is sound.
    #expect(try checkpoint("layer").restore().step == 4)
    #expect(notes.lines.count == 1)
  }

  @Test func namesADamagedCheckpoint() throws {
    try checkpoint("layer").save(step: 3, sums: [:])
    try truncate(to: 5)
    #expect(try checkpoint("layer").restore().step == 0)
    #expect(
      notes.lines == [
        "The checkpoint '\(path)' is damaged: it has 5 bytes, at least 8 were expected. It was "
          + "moved to '\(damagedPath)'; Test begins again."
      ])
  }

  @Test func onlyOneOfSeveralProcessesSetsTheCheckpointAside() throws {
    try checkpoint("layer").save(step: 3, sums: [:])
    try truncate(to: 5)
    #expect(try checkpoint("layer", setsDamagedAside: false).restore().step == 0)
    #expect(notes.lines.isEmpty)
    #expect(FileManager.default.fileExists(atPath: path))
  }

  /// A sound file that belongs to another training is no accident.
  @Test func refusesACheckpointOfAnotherTraining() throws {
    try checkpoint("other").save(step: 3, sums: [:])
    expectMessage(
      "The checkpoint '\(path)' does not fit this training: 2 tensors are missing and 2 unknown. "
        + "Delete it to start the stage again."
    ) { _ = try checkpoint("layer").restore() }
    #expect(FileManager.default.fileExists(atPath: path))
  }
}
