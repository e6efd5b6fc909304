import CoreAPI
public import Tensors

/// MobileNetV2 with batch norm folded into biased convolutions, output stride 16.
///
/// The light network for photographs: 1280 channels at a twentieth of ResNet-50's work.
///
/// # Source
///
/// Sandler et al., "MobileNetV2: Inverted residuals and linear bottlenecks", CVPR 2018. Wiring:
/// torchvision; the stride of the 160-channel blocks is 1 instead of 2, without dilation.
public struct MobileNetV2: Backbone {
  /// The stages, front to back.
  public let stages: [BackboneStage]
  private let stem: Conv2D
  private let blocks: [InvertedResidual]
  private let head: Conv2D?
  private static let headChannels = 1280
  /// The blocks of every stage.
  private let ranges: [Range<Int>] = [0..<1, 1..<3, 3..<6, 6..<7, 7..<13, 13..<17]

  /// Creates the network with random weights.
  ///
  /// - Parameters:
  ///   - path: Where its parameters are named.
  ///   - lastStride: The stride of the last stage relative to the one before: 1, or torchvision's 2.
  ///   - hasHead: Whether the last stage ends with the convolution to 1280 channels. Segmentation
  ///     heads read the 320 linear channels before it, as section 6.4 of the paper recommends.
  /// - Throws: An error of the tensor engine.
  public init(_ path: ParameterPath, lastStride: Int = 1, hasHead: Bool = true) throws {
    stem = try Conv2D(
      path / "stem", inChannels: 3, outChannels: 32, kernel: 3, stride: 2, padding: 1, bias: true)
    var blocks: [InvertedResidual] = []
    var channels = 32
    for (expansion, outChannels, count, stride) in [
      (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1),
      (6, 160, 3, lastStride), (6, 320, 1, 1),
    ] {
      for index in 0..<count {
        blocks.append(
          try InvertedResidual(
            path / "blocks" / "\(blocks.count)", inChannels: channels, outChannels: outChannels,
            expansion: expansion, stride: index == 0 ? stride : 1))
        channels = outChannels
      }
    }
    self.blocks = blocks
    head =
      hasHead
      ? try Conv2D(
        path / "head", inChannels: channels, outChannels: Self.headChannels, kernel: 1, bias: true)
      : nil
    let prefixes = ranges.map { $0.map { "blocks.\($0)." } }
    stages = [
      BackboneStage(
        channels: 16, stride: 2, port: nil, parameterPrefixes: ["stem."] + prefixes[0]),
      BackboneStage(channels: 24, stride: 4, port: .block2, parameterPrefixes: prefixes[1]),
      BackboneStage(channels: 32, stride: 8, port: .block3, parameterPrefixes: prefixes[2]),
      BackboneStage(channels: 64, stride: 16, port: nil, parameterPrefixes: prefixes[3]),
      BackboneStage(channels: 96, stride: 16, port: .block4, parameterPrefixes: prefixes[4]),
      BackboneStage(
        channels: hasHead ? Self.headChannels : channels, stride: 16 * lastStride, port: .block5,
        parameterPrefixes: prefixes[5] + (hasHead ? ["head."] : [])),
    ]
  }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func stage(
    _ index: Int, _ input: Tensor, statistics: BatchNorm2D.Statistics
  ) throws -> Tensor {
    var x = index == 0 ? try stem(input).relu6() : input
    for block in blocks[ranges[index]] { x = try block(x) }
    guard index == ranges.count - 1, let head else { return x }
    return try head(x).relu6()
  }

  /// Returns the names of the convolutions in the order in which they compute.
  static var convolutionNames: [String] {
    ["stem"]
      + (0..<17).flatMap { block in
        (block == 0 ? ["depthwise", "project"] : ["expand", "depthwise", "project"])
          .map { "blocks.\(block).\($0)" }
      } + ["head"]
  }
}

/// An expansion, a depthwise convolution and a linear projection.
private struct InvertedResidual {
  let expand: Conv2D?
  let depthwise: Conv2D
  let project: Conv2D
  let isResidual: Bool

  init(
    _ path: ParameterPath, inChannels: Int, outChannels: Int, expansion: Int, stride: Int
  ) throws {
    let width = inChannels * expansion
    expand =
      expansion == 1
      ? nil
      : try Conv2D(
        path / "expand", inChannels: inChannels, outChannels: width, kernel: 1, bias: true)
    depthwise = try Conv2D(
      path / "depthwise", inChannels: width, outChannels: width, kernel: 3, stride: stride,
      padding: 1, groups: width, bias: true)
    project = try Conv2D(
      path / "project", inChannels: width, outChannels: outChannels, kernel: 1, bias: true)
    isResidual = stride == 1 && inChannels == outChannels
  }

  func callAsFunction(_ input: Tensor) throws -> Tensor {
    var x = try expand.map { try $0(input).relu6() } ?? input
    x = try project(depthwise(x).relu6())
    return isResidual ? try input + x : x
  }
}
