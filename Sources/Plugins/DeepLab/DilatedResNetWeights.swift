import CoreAPI
import Networks
import TensorFiles
import Tensors

/// Published weights of the dilated ResNet.
enum DilatedResNetWeights {
  /// Loads a checkpoint of `kazuto1011/deeplab-pytorch`, with or without the prefix `base.`.
  ///
  /// The head of another class list is left at its initial weights.
  static func load(_ file: String, into store: ParameterStore) throws -> SupervisionRecord {
    let published = try WeightFile.read(file)
    var tensors: [String: TensorData] = [:]
    for (name, tensor) in published.tensorsByName {
      let full = name.hasPrefix("base.") ? name : "base.\(name)"
      if full.hasPrefix("base.aspp."), store[full]?.value.shape != tensor.shape { continue }
      tensors[full] = tensor
    }
    let report = try store.load(tensors)
    let missing = report.missing.filter { !$0.hasPrefix("base.aspp.") }
    guard missing.isEmpty else {
      throw PretrainedWeightsError.missing(
        path: file, backbone: "dilated ResNet", first: missing[0], count: missing.count)
    }
    return .weights(published, use: "DeepLab-v2")
  }
}
