import CoreAPI
import Essentials
import TensorFiles
import Tensors

/// Reading and writing the weights that a training stage publishes.
enum WeightStage {
  private static let fileName = "weights.safetensors"

  /// Writes the parameters of stores into a stage's output.
  static func save(_ stores: [ParameterStore], to work: WorkDirectory) throws {
    var tensors: [(String, TensorData)] = []
    for store in stores { tensors += try store.stateDictionary() }
    try Safetensors.write(tensors, metadata: [:], to: work.outputPath(fileName))
  }

  /// Loads published parameters into stores of the same networks.
  ///
  /// Without `lenient`, a tensor that is missing or too many is an error; a warm start is lenient,
  /// because the first round after the baseline has a context that the baseline had not.
  static func load(
    _ result: StageResult, into stores: [ParameterStore], lenient: Bool = false
  ) throws {
    let path = result.path(fileName)
    let tensors = try SafetensorsFile(contentsOf: path).allTensors()
    var known: Set<String> = []
    for store in stores {
      var own: [String: TensorData] = [:]
      for parameter in store.parameters {
        known.insert(parameter.name)
        guard let tensor = tensors[parameter.name] else {
          if lenient { continue }
          throw CoreError.foreignCheckpoint(path: path, reason: "it lacks '\(parameter.name)'")
        }
        if lenient, tensor.shape != parameter.value.shape { continue }
        own[parameter.name] = tensor
      }
      _ = try store.load(own)
    }
    if !lenient, let stranger = tensors.keys.sorted().first(where: { !known.contains($0) }) {
      throw CoreError.foreignCheckpoint(path: path, reason: "it has a tensor '\(stranger)'")
    }
  }
}
