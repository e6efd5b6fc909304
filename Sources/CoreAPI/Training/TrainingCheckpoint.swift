import Essentials
import Foundation
import TensorFiles
import Tensors

/// The state of a training on disk: weights, optimizer, position, and the sums of its epoch.
///
/// Everything else a training depends on derives from the seed and the position.
struct TrainingCheckpoint {
  let directory: String
  let stores: [ParameterStore]
  let optimizer: any Optimizer
  /// The training's name in messages.
  let stage: String
  /// Whether this process sets a damaged checkpoint aside, as process 0 does.
  let setsDamagedAside: Bool
  /// Is told about a damaged checkpoint.
  let progress: any ProgressSink

  private var path: String { "\(directory)/checkpoint.safetensors" }

  /// What marks the sums among the file's metadata.
  private static let sumPrefix = "sum/"

  /// Loads the last checkpoint and returns its step and sums, 0 and none if there is no sound one.
  func restore() throws -> (step: Int, sums: [String: Double]) {
    guard let (metadata, tensors) = try contents() else { return (0, [:]) }
    guard let step = metadata["step"].flatMap({ Int($0) }) else {
      throw CoreError.foreignCheckpoint(path: path, reason: "it does not name its step")
    }
    var sections: [String: [String: TensorData]] = [:]
    for (name, tensor) in tensors {
      let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
      guard parts.count == 2 else {
        throw CoreError.foreignCheckpoint(path: path, reason: "it has a tensor named '\(name)'")
      }
      sections[parts[0], default: [:]][parts[1]] = tensor
    }
    for (index, store) in stores.enumerated() {
      let report = try store.load(sections["store\(index)"] ?? [:])
      guard report.missing.isEmpty, report.unexpected.isEmpty else {
        throw CoreError.foreignCheckpoint(
          path: path,
          reason:
            "\(report.missing.count) tensors are missing and \(report.unexpected.count) unknown"
        )
      }
    }
    try optimizer.load(state: sections["optimizer"] ?? [:])
    var sums: [String: Double] = [:]
    for (name, text) in metadata where name.hasPrefix(Self.sumPrefix) {
      sums[String(name.dropFirst(Self.sumPrefix.count))] = Double(text)
    }
    return (step, sums)
  }

  /// Reads the checkpoint's file; nil if there is none or it is damaged.
  private func contents() throws -> (
    metadata: [String: String], tensors: [String: TensorData]
  )? {
    do {
      let file = try SafetensorsFile(contentsOf: path)
      return (file.metadata, try file.allTensors())
    } catch FileError.notFound {
      return nil
    } catch TensorFileError.damaged(_, _, let problem) {
      try setAside(problem)
    } catch TensorFileError.damagedTensor(_, _, let name, let problem) {
      try setAside("at tensor '\(name)', \(problem)")
    }
    return nil
  }

  /// Moves a damaged file out of the way: it would stop every restart, and only saves work.
  private func setAside(_ problem: String) throws {
    guard setsDamagedAside else { return }
    let place = "\(directory)/checkpoint-damaged.safetensors"
    guard rename(path, place) == 0 else {
      throw FileError(errno: errno, path: path, operation: "move")
    }
    progress.note(
      "The checkpoint '\(path)' is damaged: \(problem). It was moved to '\(place)'; \(stage) "
        + "begins again.")
  }

  /// Writes the state after `step` steps, replacing the one before in a single rename.
  func save(step: Int, sums: [String: Double]) throws {
    var tensors: [(String, TensorData)] = []
    for (index, store) in stores.enumerated() {
      tensors += try store.stateDictionary().map { ("store\(index)/\($0.0)", $0.1) }
    }
    tensors += try optimizer.state().map { ("optimizer/\($0.0)", $0.1) }
    var metadata = ["step": String(step)]
    // A number's description is the shortest text that reads back as the same bits.
    for (name, value) in sums { metadata[Self.sumPrefix + name] = value.description }
    try Safetensors.write(tensors, metadata: metadata, to: path)
  }
}
