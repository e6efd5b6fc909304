public import CoreAPI
public import Imaging
import TensorFiles
public import Tensors

/// A file of pretrained weights for ``DeepLabResNet``, under the names of either of its publishers.
///
/// The names tell who published the weights, and with that how the network must be wired and what
/// images it expects.
///
/// # Source
///
/// `kazuto1011/deeplab-pytorch libs/models/resnet.py`; `pytorch/vision torchvision/models/resnet.py`.
public struct DeepLabResNetWeights {
  /// Who named the tensors.
  public enum Publisher: Sendable {
    /// `kazuto1011/deeplab-pytorch`: Caffe's weights, for blue first minus the mean colour.
    case deepLab
    /// torchvision: for red first, standardised.
    case torchvision

    /// Which convolution of a block carries the stride.
    public var wiring: DeepLabResNet.Wiring {
      self == .deepLab ? .strideOnReduction : .strideOnConvolution3x3
    }

    /// What the network expects of an image.
    public var normalization: Normalization { self == .deepLab ? .deepLab : .imageNet }
  }

  /// Who named the tensors.
  public let publisher: Publisher
  private let contents: WeightFileContents

  /// Reads a file and recognises its names.
  ///
  /// - Parameter file: A safetensors or `.pth` file.
  /// - Throws: An error that names the file if it is unreadable.
  public init(_ file: String) throws {
    contents = try WeightFile.read(file)
    publisher =
      contents.tensors.contains { $0.name == "layer1.0.conv1.weight" } ? .torchvision : .deepLab
  }

  /// Loads the weights into a network.
  ///
  /// - Parameters:
  ///   - prefix: The path that the network was built at, for example "base".
  ///   - head: The name of a head below `prefix`, whose tensors are taken where their shapes fit and
  ///     keep their initial values elsewhere.
  ///   - store: Where its parameters are.
  ///   - backbone: What a recipe calls the network, for messages.
  ///   - use: What the weights are for, for the supervision record.
  /// - Returns: The record of what was loaded.
  /// - Throws: ``PretrainedWeightsError`` if the file is one of another network.
  public func load(
    at prefix: String, besides head: String, into store: ParameterStore, backbone: String,
    use: String
  ) throws -> SupervisionRecord {
    func isHead(_ name: String) -> Bool { name.hasPrefix("\(prefix).\(head).") }
    func parameterName(of name: String) -> String? {
      switch publisher {
      case .deepLab: "\(prefix).\(name.hasPrefix("base.") ? String(name.dropFirst(5)) : name)"
      case .torchvision:
        // Its classifier, "fc", has no place; what else is unknown shall be reported.
        name.hasPrefix("fc.") ? nil : "\(prefix).\(Self.name(ofTorchvision: name) ?? name)"
      }
    }
    let fitting = contents.tensorsByName.filter { name, tensor in
      guard let parameter = parameterName(of: name), isHead(parameter) else { return true }
      return store[parameter]?.value.shape == tensor.shape
    }
    let report = try store.load(fitting, renaming: parameterName)
    try report.requireComplete(
      below: prefix, except: isHead, path: contents.path, backbone: backbone)
    return .weights(contents, use: use)
  }

  /// Returns our name of a tensor of torchvision's ResNet, nil for one that has no place in ours.
  static func name(ofTorchvision name: String) -> String? {
    let parts = name.split(separator: ".").map(String.init)
    if parts.count == 2, let layer = ["conv1": "conv", "bn1": "bn"][parts[0]] {
      return "layer1.conv1.\(layer).\(parts[1])"
    }
    guard parts.count >= 4, parts[0].hasPrefix("layer"), let stage = Int(parts[0].dropFirst(5)),
      let block = Int(parts[1]),
      let layer = blockNames[parts[2..<parts.count - 1].joined(separator: ".")]
    else { return nil }
    return "layer\(stage + 1).block\(block + 1).\(layer).\(parts[parts.count - 1])"
  }

  /// The layers of a block by torchvision's names.
  private static let blockNames = [
    "conv1": "reduce.conv", "bn1": "reduce.bn", "conv2": "conv3x3.conv", "bn2": "conv3x3.bn",
    "conv3": "increase.conv", "bn3": "increase.bn", "downsample.0": "shortcut.conv",
    "downsample.1": "shortcut.bn",
  ]
}
