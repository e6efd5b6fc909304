import CoreAPI
import Foundation
import TensorFiles
public import Tensors

/// The backbones that a recipe can name.
public enum BackboneKind: String, CaseIterable, Sendable {
  /// ResNet-50 as in the papers.
  case resNet50 = "resnet50"
  /// The wide ResNet-38 of PSA and SEAM.
  case resNet38 = "resnet38"
  /// VGG-16 as SEC and DSRG have it; see ``VGG16/Form``.
  case vgg16
  /// MobileNetV2, for photographs on a laptop.
  case mobileNetV2 = "mobilenetv2"
  /// A network small enough to train from random weights.
  case tiny

  /// The number of stages, front to back.
  public var stageCount: Int {
    switch self {
    case .resNet50, .vgg16, .tiny: 5
    case .resNet38, .mobileNetV2: 6
    }
  }

  /// The number of front stages that IRNet freezes, where pretrained weights make that sensible.
  ///
  /// ResNet-50: up to layer2, as the reference. ResNet-38: two blocks, as PSA and SEAM. VGG-16: two
  /// blocks. MobileNetV2: up to its first block of stride 16.
  public var pretrainedStages: Int {
    switch self {
    case .resNet50: 3
    case .resNet38, .vgg16: 2
    case .mobileNetV2: 4
    case .tiny: 0
    }
  }

  /// Builds the backbone with random weights.
  ///
  /// - Parameters:
  ///   - path: Where its parameters are named.
  ///   - outputStride: The stride of the last stage, for backbones that offer a choice.
  ///   - form: Where VGG-16 pools; other backbones have one form.
  ///   - hasLastLayer: Whether MobileNetV2 ends with 1280 channels, for linear classifiers. Heads of
  ///     convolutions read the 320 linear channels before, as section 6.4 of its paper recommends.
  /// - Returns: The backbone.
  /// - Throws: An error of the tensor engine.
  public func make(
    _ path: ParameterPath, outputStride: Int? = nil, form: VGG16.Form = .activation,
    hasLastLayer: Bool = true
  ) throws -> any Backbone {
    switch self {
    case .resNet50: try ResNet50(path)
    case .resNet38: try ResNet38(path)
    case .vgg16: try VGG16(path, form: form)
    case .mobileNetV2: try MobileNetV2(path, hasHead: hasLastLayer)
    case .tiny: try TinyNet(path, outputStride: outputStride ?? 8)
    }
  }

  /// Builds the backbone as heads of segmentation networks read it, with random weights.
  ///
  /// VGG-16 has the form of DeepLab-LargeFOV, the tiny net a stride of 4, and MobileNetV2 ends with
  /// its 320 linear channels.
  ///
  /// - Parameter path: Where its parameters are named.
  /// - Returns: The backbone.
  /// - Throws: An error of the tensor engine.
  public func makeForSegmentation(_ path: ParameterPath) throws -> any Backbone {
    try make(path, outputStride: 4, form: .largeFieldOfView, hasLastLayer: false)
  }

  /// Loads pretrained weights into a backbone.
  ///
  /// On VGG-16 a file's `fc6` and `fc7` also start the layers `fc6_1`, `fc6_2`, … of a head with
  /// several branches, where it has none of these names. On MobileNetV2 the batch norms of
  /// torchvision's file are folded into the convolutions.
  ///
  /// - Parameters:
  ///   - file: A safetensors or `.pth` file, or the `.params` file of ResNet-38.
  ///   - prefix: The path that the backbone was built at, for example "resnet50"; empty for the
  ///     store's root.
  ///   - headPaths: The paths of heads that lie below `prefix`; they keep their initial weights
  ///     where the file has none of their shape.
  ///   - input: How samples become values of the network; nil for the backbone's usual way.
  ///   - inputKey: The recipe's name of `input`, for messages.
  ///   - store: Where its parameters are.
  ///   - use: What the weights are for, for the supervision record.
  /// - Returns: What was loaded.
  /// - Throws: An error that names the file if it is unreadable, lacks a tensor or expects other
  ///   images.
  public func loadWeights(
    _ file: String, at prefix: String, besides headPaths: [String] = [],
    input: InputNormalization? = nil, inputKey: String = "input", into store: ParameterStore,
    use: String
  ) throws -> LoadedWeights {
    let start = prefix.isEmpty ? "" : "\(prefix)."
    func isHead(_ name: String) -> Bool { headPaths.contains { name.hasPrefix("\($0).") } }
    let published = try WeightFile.read(file)
    var tensors = published.tensorsByName
    let input = input ?? InputNormalization(for: self)
    if let expected = expectedInput(ofFileWith: tensors.keys), input != expected {
      throw PretrainedWeightsError.otherInput(
        path: file, key: inputKey, found: input, expected: expected)
    }
    if self == .mobileNetV2 { MobileNetV2.foldTorchvisionNorms(of: &tensors) }
    let heads = headPaths.map { $0.hasPrefix(start) ? String($0.dropFirst(start.count)) : $0 }
    let branches = self == .vgg16 ? VGG16.shareHeadLayers(of: &tensors, with: heads) : [:]
    let names = WeightNames(kind: self, tensorNames: Array(tensors.keys))
    func parameterName(of name: String) -> String? {
      names.parameterName(of: name).map { start + $0 }
    }
    let fitting = tensors.filter { name, tensor in
      guard let parameter = parameterName(of: name), isHead(parameter) else { return true }
      return store[parameter]?.value.shape == tensor.shape
    }
    let report = try store.load(fitting, renaming: parameterName)
    try report.requireComplete(
      below: prefix, except: isHead, path: file, backbone: rawValue)

    func isLoaded(_ layer: String) -> Bool { report.matched.contains("\(start)\(layer).weight") }
    let shared = Set(branches.filter { isLoaded($0.key) }.values).sorted()
    return LoadedWeights(
      record: .weights(
        published,
        use: shared.isEmpty
          ? use : "\(use), \(shared.joined(separator: " and ")) of the file in every branch"),
      randomLayers: self == .vgg16
        ? heads.filter { VGG16.isPublishedHeadLayer($0) && !isLoaded($0) } : [])
  }
}

extension BackboneKind {
  /// How a file's network saw its images, nil where nothing tells.
  private func expectedInput(ofFileWith names: some Collection<String>) -> InputNormalization? {
    switch self {
    case .vgg16: VGG16.input(ofFileWith: names)
    case .resNet50, .resNet38, .mobileNetV2: InputNormalization(for: self)
    case .tiny: nil
    }
  }
}

/// The map from the names in published weight files to ours.
struct WeightNames {
  private let map: [String: String]
  /// Whether names that the map does not have stand for themselves.
  private let keepsOthers: Bool

  init(kind: BackboneKind, tensorNames: [String]) {
    var map: [String: String] = [:]
    var keepsOthers = true
    switch kind {
    case .mobileNetV2:
      let folded = Set(tensorNames.compactMap(Self.foldedIndex)).sorted()
      keepsOthers = folded.isEmpty
      for (index, name) in zip(folded, MobileNetV2.convolutionNames) {
        map["conv_\(index)_weight"] = "\(name).weight"
        map["conv_\(index)_bias"] = "\(name).bias"
      }
    case .resNet38 where tensorNames.contains { $0.hasPrefix("arg:") }:
      keepsOthers = false
      for name in tensorNames { map[name] = ResNet38.parameterName(ofPublished: name) }
    case .vgg16:
      for (caffe, torchvision) in VGG16.convolutionNames {
        for end in ["weight", "bias"] { map["\(caffe).\(end)"] = "\(torchvision).\(end)" }
      }
    case .resNet38, .resNet50, .tiny: break
    }
    self.map = map
    self.keepsOthers = keepsOthers
  }

  /// Returns the name below the backbone's path, nil for a tensor that has no place.
  func parameterName(of name: String) -> String? { map[name] ?? (keepsOthers ? name : nil) }

  /// The position in `conv_<position>_weight`, by which folded files order their convolutions.
  private static func foldedIndex(_ name: String) -> Int? {
    guard name.hasPrefix("conv_"), name.hasSuffix("_weight") else { return nil }
    return Int(name.dropFirst(5).dropLast(7))
  }
}
