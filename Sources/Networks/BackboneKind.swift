public import CoreAPI
import Foundation
import TensorFiles
public import Tensors

/// The backbones that a recipe can name.
public enum BackboneKind: String, CaseIterable, Sendable {
  /// ResNet-50 as in the papers.
  case resNet50 = "resnet50"
  /// MobileNetV2, for photographs on a laptop.
  case mobileNetV2 = "mobilenetv2"
  /// A network small enough to train from random weights.
  case tiny

  /// The number of front stages that IRNet freezes, where pretrained weights make that sensible.
  ///
  /// ResNet-50: up to layer2, as the reference. MobileNetV2: up to its first block of stride 16.
  public var pretrainedStages: Int {
    switch self {
    case .resNet50: 3
    case .mobileNetV2: 4
    case .tiny: 0
    }
  }

  /// Builds the backbone with random weights.
  ///
  /// - Parameters:
  ///   - path: Where its parameters are named.
  ///   - outputStride: The stride of the last stage, for backbones that offer a choice.
  /// - Returns: The backbone.
  /// - Throws: An error of the tensor engine.
  public func make(_ path: ParameterPath, outputStride: Int? = nil) throws -> any Backbone {
    switch self {
    case .resNet50: try ResNet50(path)
    case .mobileNetV2: try MobileNetV2(path)
    case .tiny: try TinyNet(path, outputStride: outputStride ?? 8)
    }
  }

  /// Loads pretrained weights into a backbone.
  ///
  /// - Parameters:
  ///   - file: A safetensors or `.pth` file.
  ///   - prefix: The path that the backbone was built at, for example "resnet50".
  ///   - headPath: The path of a head that lies below `prefix` and keeps its initial weights.
  ///   - store: Where its parameters are.
  ///   - use: What the weights are for, for the supervision record.
  /// - Returns: The record of what was loaded.
  /// - Throws: An error that names the file if it is unreadable or lacks a tensor.
  public func loadWeights(
    _ file: String, at prefix: String, besides headPath: String? = nil,
    into store: ParameterStore, use: String
  ) throws -> SupervisionRecord {
    let published = try WeightFile.read(file)
    let tensors = published.tensorsByName
    let names = WeightNames(kind: self, tensorNames: Array(tensors.keys))
    let report = try store.load(tensors) { names.parameterName(of: $0).map { "\(prefix).\($0)" } }
    let missing = report.missing.filter { name in
      name.hasPrefix("\(prefix).") && !(headPath.map { name.hasPrefix("\($0).") } ?? false)
    }
    guard missing.isEmpty else {
      throw PretrainedWeightsError.missing(
        path: file, backbone: rawValue, first: missing[0], count: missing.count)
    }
    return .weights(published, use: use)
  }
}

/// Pretrained weights that do not fit a backbone.
public enum PretrainedWeightsError: Error, Equatable, CustomStringConvertible {
  /// The file lacks tensors that the backbone needs.
  case missing(path: String, backbone: String, first: String, count: Int)

  /// The message.
  public var description: String {
    switch self {
    case .missing(let path, let backbone, let first, let count):
      "The weight file '\(path)' does not fit the backbone '\(backbone)': \(count) tensors are "
        + "missing, the first is '\(first)'. Name a file of this network."
    }
  }
}

/// The map from the names in published weight files to ours.
struct WeightNames {
  private let map: [String: String]
  private let isIdentity: Bool

  init(kind: BackboneKind, tensorNames: [String]) {
    let folded = Set(tensorNames.compactMap(Self.foldedIndex)).sorted()
    isIdentity = kind != .mobileNetV2 || folded.isEmpty
    var map: [String: String] = [:]
    for (index, name) in zip(folded, MobileNetV2.convolutionNames) {
      map["conv_\(index)_weight"] = "\(name).weight"
      map["conv_\(index)_bias"] = "\(name).bias"
    }
    self.map = map
  }

  /// Returns the name below the backbone's path, nil for a tensor that has no place.
  func parameterName(of name: String) -> String? { isIdentity ? name : map[name] }

  /// The position in `conv_<position>_weight`, by which folded files order their convolutions.
  private static func foldedIndex(_ name: String) -> Int? {
    guard name.hasPrefix("conv_"), name.hasSuffix("_weight") else { return nil }
    return Int(name.dropFirst(5).dropLast(7))
  }
}
