import CoreAPI
import Imaging
import Networks
import TensorFiles
import Tensors

/// The network below DSRG's four branches.
enum DSRGBackbone: String, CaseIterable, Sendable {
  /// VGG-16 of the public code, output stride 8.
  case vgg16
  /// The dilated ResNet-101 of DeepLab-v2, with which the paper reports its best numbers.
  case resNet101 = "resnet101"
  /// MobileNetV2, output stride 16.
  case mobileNetV2 = "mobilenetv2"
  /// The tiny net, output stride 4.
  case tiny

  /// The backbone kind of the same name, nil for the dilated ResNet, which is none.
  var kind: BackboneKind? { BackboneKind(rawValue: rawValue) }

  /// The number of stages, front to back.
  var stageCount: Int { kind?.stageCount ?? DeepLabResNet.stageCount }

  /// Builds the backbone with random weights.
  ///
  /// - Parameters:
  ///   - path: Where its parameters are named.
  ///   - input: How samples become its values, which tells the ResNet whose weights it will get.
  /// - Returns: The backbone.
  /// - Throws: An error of the tensor engine.
  func make(_ path: ParameterPath, input: InputNormalization) throws -> any Backbone {
    try kind?.makeForSegmentation(path)
      ?? DeepLabResNet(
        path, blockCounts: [3, 4, 23, 3],
        wiring: input == .caffe ? .strideOnReduction : .strideOnConvolution3x3)
  }

  /// Loads pretrained weights into a network at `prefix`, the head's too where they fit.
  ///
  /// A file with a single fc6 and fc7, as the published one of VGG-16, starts every branch.
  func loadWeights(
    _ file: String, at prefix: String, input: InputNormalization, into store: ParameterStore
  ) throws -> LoadedWeights {
    if let kind {
      let layers = Set(
        store.parameters.filter { $0.name.hasPrefix("\(prefix).") }
          .map { $0.name.dropFirst(prefix.count + 1).prefix { $0 != "." } })
      let heads = layers.filter { layer in
        ["fc6_", "fc7_", "fc8-SEC_", "aspp"].contains { layer.hasPrefix($0) }
      }
      return try kind.loadWeights(
        file, at: prefix, besides: heads.sorted().map { "\(prefix).\($0)" }, input: input,
        into: store, use: "DSRG")
    }
    let weights = try DeepLabResNetWeights(file)
    let expected: InputNormalization = weights.publisher == .deepLab ? .caffe : .imageNet
    guard input == expected else {
      throw PretrainedWeightsError.otherInput(path: file, found: input, expected: expected)
    }
    return LoadedWeights(
      record: try weights.load(
        at: prefix, besides: "aspp", into: store, backbone: rawValue, use: "DSRG"))
  }
}

/// DSRG's segmentation network: a backbone and four dilated branches whose scores are summed.
///
/// On VGG-16 a branch is fc6, fc7 and fc8 of the public code, with Caffe's names `fc6_1` to
/// `fc8-SEC_4`; on the other backbones it is DeepLab-v2's single dilated convolution, `aspp.c0` to
/// `aspp.c3`.
///
/// # Source
///
/// Huang et al., CVPR 2018, section 4.1. `speedinghzl/DSRG@91efdf7d training/experiment/seed_mc/
/// train-s.prototxt`.
final class DSRGNetwork {
  private let backbone: any Backbone
  private let head: Head
  private let frozenStages: Int

  private enum Head {
    case fieldsOfView([FieldOfViewHead])
    case pyramid(AtrousPyramid)
  }

  /// Creates the network with random weights.
  ///
  /// - Parameters:
  ///   - path: Where its parameters are named.
  ///   - configuration: The backbone, and the dilations and the width of the branches.
  ///   - classCount: The number of classes with the background.
  /// - Throws: An error of the tensor engine.
  init(_ path: ParameterPath, _ configuration: NetworkConfiguration, classCount: Int) throws {
    let network = try configuration.backbone.make(path, input: configuration.input)
    backbone = network
    frozenStages = configuration.frozenStages
    guard configuration.backbone == .vgg16 else {
      head = .pyramid(
        try AtrousPyramid(
          path, inChannels: network.outputChannels, classCount: classCount,
          dilations: configuration.dilations, biasInitializer: .zeros))
      return
    }
    head = .fieldsOfView(
      try configuration.dilations.enumerated().map { index, dilation in
        try FieldOfViewHead(
          path, suffix: "_\(index + 1)", classifier: "fc8-SEC_\(index + 1)",
          inChannels: network.outputChannels, width: configuration.headWidth, dilation: dilation,
          outChannels: classCount)
      })
  }

  /// Returns class scores.
  ///
  /// - Parameters:
  ///   - images: `[batch, 3, height, width]`.
  ///   - sampleSeeds: In training a seed for every sample's dropout; nil at inference.
  /// - Returns: `[batch, classes, h, w]` logits at the backbone's stride.
  /// - Throws: An error of the tensor engine.
  func callAsFunction(_ images: Tensor, sampleSeeds: [UInt64]? = nil) throws -> Tensor {
    try branchScores(images, sampleSeeds: sampleSeeds).sum()
  }

  /// Returns what the class scores are the sum of: every branch's on VGG-16, the pyramid's otherwise.
  func branchScores(_ images: Tensor, sampleSeeds: [UInt64]? = nil) throws -> [Tensor] {
    let features = try self.features(of: images, isTraining: sampleSeeds != nil)
    switch head {
    case .fieldsOfView(let branches):
      return try branches.map { try $0(features, sampleSeeds: sampleSeeds) }
    case .pyramid(let pyramid): return [try pyramid(features)]
    }
  }

  /// Returns the backbone's output.
  func features(of images: Tensor, isTraining: Bool = false) throws -> Tensor {
    try backbone.features(
      of: images, frozenStages: frozenStages, ports: NoContext(),
      statistics: isTraining ? .batch : .stored)
  }

  /// Returns the size of the score map of an image.
  ///
  /// - Parameters:
  ///   - size: The image's size.
  ///   - device: Where the network computes.
  /// - Returns: The size.
  /// - Throws: An error of the tensor engine.
  func mapSize(of size: ImageSize, on device: Device) throws -> ImageSize {
    try backbone.outputSize(of: size, on: device)
  }
}

extension [Tensor] {
  /// Returns the element-wise sum of the tensors, in their order.
  func sum() throws -> Tensor { try dropFirst().reduce(self[0]) { try $0 + $1 } }
}
