import Foundation
import Harness
import SharedTestSupport
import TensorFiles
import Testing

/// Stages are found again by the content of data and weights, wherever these lie.
@Suite struct RelocationTests {
  private let input: BadInput
  private let run: TinyRun

  init() throws {
    input = try BadInput()
    run = try TinyRun()
  }

  /// Writes weights of the tiny net; another `shift` gives other weights.
  private func writeWeights(to path: String, shift: Float) throws {
    let undisturbed = try TinyRun.undisturbed()
    let stage = try undisturbed.stage("train-classifier", round: 0)
    let trained = try SafetensorsFile(
      contentsOf: "\(undisturbed.path)/stages/\(stage)/weights.safetensors")
    let tensors = try trained.names.filter { $0.hasPrefix("tiny.") }.map { name in
      let tensor = try trained.tensor(named: name)
      return (
        String(name.dropFirst(5)),
        TensorData(tensor.floats().map { $0 + shift }, dtype: .float32, shape: tensor.shape)
      )
    }
    try Safetensors.write(tensors, to: path)
  }

  /// Runs from a folder and returns the stages that were computed.
  private func stages(computedBy arguments: [String], in folder: String) throws -> [String] {
    let known = try run.events().count
    let outcome = try ContaProcess.run(
      ["run"] + arguments + ["--out", run.path], currentFolder: folder)
    #expect(outcome.code == 0, "\(outcome.messages)")
    return try run.events().dropFirst(known).filter { $0.event == .started }.map(\.stage)
  }

  private func recipe(_ folder: String) -> [String] {
    [
      TinyRun.recipe, "data={kind: voc, root: \(folder)world, training_split: train}",
      "seed_generator.weights=\(folder)weights.safetensors", "intervention.rounds=0",
    ]
  }

  @Test func movedFilesAndAnotherFolderComputeNothingAgain() throws {
    let place = "\(input.folder.path)/place"
    try FileManager.default.createDirectory(
      atPath: "\(place)/below", withIntermediateDirectories: true)
    try FileManager.default.moveItem(atPath: input.world(), toPath: "\(place)/world")
    try writeWeights(to: "\(place)/weights.safetensors", shift: 0)
    #expect(try stages(computedBy: recipe(""), in: place).count == 11)
    let table = run.text("table.md")

    let moved = "\(input.folder.path)/moved"
    try FileManager.default.moveItem(atPath: place, toPath: moved)
    #expect(try stages(computedBy: recipe("../"), in: "\(moved)/below") == [])

    // What the run wrote down is a recipe that can be run from anywhere.
    let copy = "\(input.folder.path)/copy.yaml"
    try FileManager.default.copyItem(atPath: "\(run.path)/configuration.yaml", toPath: copy)
    #expect(try stages(computedBy: [copy], in: "/") == [])
    #expect(run.text("table.md") == table)
    #expect(run.text("configuration.yaml") == (try String(contentsOfFile: copy, encoding: .utf8)))

    try writeWeights(to: "\(moved)/weights.safetensors", shift: 0.01)
    #expect(
      try stages(computedBy: recipe(""), in: moved).first == "train-classifier",
      "other weights under the same name")
  }

  @Test func theWrittenRecipeNamesTheThreadsInUse() throws {
    let outcome = try ContaProcess.run(
      run.arguments(["intervention.rounds=0"]) + ["--threads", "1"])
    #expect(outcome.code == 0, "\(outcome.messages)")
    #expect(run.text("configuration.yaml").contains("\n  threads: 1\n"))
    let computed = try stages(computedBy: ["\(run.path)/configuration.yaml"], in: "/")
    #expect(computed == [])
  }
}
