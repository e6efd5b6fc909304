public import CoreAPI
import TensorFiles
public import Tensors

extension DeepLabResNet {
  /// Loads a checkpoint of `kazuto1011/deeplab-pytorch`, with or without its prefix `base.`.
  ///
  /// - Parameters:
  ///   - file: A safetensors or `.pth` file.
  ///   - prefix: The path that the network was built at, for example "base".
  ///   - head: The name of a head below `prefix`, whose tensors are taken where their shapes fit and
  ///     keep their initial values elsewhere.
  ///   - store: Where its parameters are.
  ///   - use: What the weights are for, for the supervision record.
  /// - Returns: The record of what was loaded.
  /// - Throws: An error that names the file if it is unreadable or lacks a tensor.
  public static func loadWeights(
    _ file: String, at prefix: String, besides head: String, into store: ParameterStore,
    use: String
  ) throws -> SupervisionRecord {
    let published = try WeightFile.read(file)
    let headPath = "\(prefix).\(head)."
    var tensors: [String: TensorData] = [:]
    for (name, tensor) in published.tensorsByName {
      let bare = name.hasPrefix("base.") ? String(name.dropFirst("base.".count)) : name
      let full = "\(prefix).\(bare)"
      if full.hasPrefix(headPath), store[full]?.value.shape != tensor.shape { continue }
      tensors[full] = tensor
    }
    let report = try store.load(tensors)
    let missing = report.missing.filter {
      $0.hasPrefix("\(prefix).") && !$0.hasPrefix(headPath)
    }
    guard missing.isEmpty else {
      throw PretrainedWeightsError.missing(
        path: file, backbone: "dilated ResNet", first: missing[0], count: missing.count)
    }
    return .weights(published, use: use)
  }
}
