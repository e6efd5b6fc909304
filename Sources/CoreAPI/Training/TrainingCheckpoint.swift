import Essentials
import Foundation
import TensorFiles
import Tensors

/// The state of a training on disk: weights, optimizer and position.
///
/// Everything else a training depends on derives from the seed and the position.
struct TrainingCheckpoint {
  let directory: String
  let stores: [ParameterStore]
  let optimizer: SGD

  private var path: String { "\(directory)/checkpoint.safetensors" }

  /// Loads the last checkpoint and returns its step, 0 if there is none.
  func restore() throws -> Int {
    guard FileManager.default.fileExists(atPath: path) else { return 0 }
    let file = try SafetensorsFile(contentsOf: path)
    guard let step = file.metadata["step"].flatMap({ Int($0) }) else {
      throw CoreError.foreignCheckpoint(path: path, reason: "it does not name its step")
    }
    var sections: [String: [String: TensorData]] = [:]
    for (name, tensor) in try file.allTensors() {
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
          reason: "\(report.missing.count) tensors are missing and \(report.unexpected.count) unknown"
        )
      }
    }
    try optimizer.load(state: sections["optimizer"] ?? [:])
    return step
  }

  /// Writes the state after `step` steps, replacing the one before in a single rename.
  func save(step: Int) throws {
    var tensors: [(String, TensorData)] = []
    for (index, store) in stores.enumerated() {
      tensors += try store.stateDictionary().map { ("store\(index)/\($0.0)", $0.1) }
    }
    tensors += try optimizer.state().map { ("optimizer/\($0.0)", $0.1) }
    try Safetensors.write(tensors, metadata: ["step": String(step)], to: path)
  }
}
