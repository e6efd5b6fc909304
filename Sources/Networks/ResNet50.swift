import CoreAPI
public import Tensors

/// ResNet-50 as torchvision builds it, divided into the stages that IRNet taps.
///
/// Batch norm runs on stored statistics. The stride of a stage sits on the 3×3 convolution
/// (version 1.5); the last stage keeps stride 16 without dilation, as IRNet has it.
///
/// # Source
///
/// He et al., "Deep residual learning for image recognition", CVPR 2016. Names and wiring:
/// torchvision; strides: `jiwoon-ahn/irn net/resnet50.py`.
public struct ResNet50: Backbone {
  /// The stages, front to back.
  public let stages: [BackboneStage]
  private let stem: Conv2D
  private let stemNorm: BatchNorm2D
  private let layers: [[Bottleneck]]

  /// Creates the network with random weights.
  ///
  /// - Parameters:
  ///   - path: Where its parameters are named, for example `store.root / "resnet50"`.
  ///   - lastStride: The stride of the last stage relative to the one before, 1 or 2.
  /// - Throws: An error of the tensor engine.
  public init(_ path: ParameterPath, lastStride: Int = 1) throws {
    stem = try Conv2D(
      path / "conv1", inChannels: 3, outChannels: 64, kernel: 7, stride: 2, padding: 3, bias: false)
    stemNorm = try BatchNorm2D(path / "bn1", channels: 64)
    var layers: [[Bottleneck]] = []
    var channels = 64
    for (index, (count, width, stride)) in [
      (3, 64, 1), (4, 128, 2), (6, 256, 2), (3, 512, lastStride),
    ].enumerated() {
      var blocks: [Bottleneck] = []
      for block in 0..<count {
        blocks.append(
          try Bottleneck(
            path / "layer\(index + 1)" / "\(block)", inChannels: channels, width: width,
            stride: block == 0 ? stride : 1))
        channels = width * 4
      }
      layers.append(blocks)
    }
    self.layers = layers
    stages = [
      BackboneStage(channels: 64, stride: 4, port: nil, parameterPrefixes: ["conv1.", "bn1."]),
      BackboneStage(channels: 256, stride: 4, port: .block2, parameterPrefixes: ["layer1."]),
      BackboneStage(channels: 512, stride: 8, port: .block3, parameterPrefixes: ["layer2."]),
      BackboneStage(channels: 1024, stride: 16, port: .block4, parameterPrefixes: ["layer3."]),
      BackboneStage(
        channels: 2048, stride: 16 * lastStride, port: .block5, parameterPrefixes: ["layer4."]),
    ]
  }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func stage(
    _ index: Int, _ input: Tensor, statistics: BatchNorm2D.Statistics
  ) throws -> Tensor {
    guard index > 0 else {
      return try stemNorm(stem(input)).relu().maxPool2d(kernel: 3, stride: 2, padding: 1)
    }
    return try layers[index - 1].reduce(input) { try $1($0) }
  }
}

/// A residual block of 1×1, 3×3 and 1×1 convolutions.
private struct Bottleneck {
  let convolutions: [Conv2D]
  let norms: [BatchNorm2D]
  let shortcut: (Conv2D, BatchNorm2D)?

  init(_ path: ParameterPath, inChannels: Int, width: Int, stride: Int) throws {
    let outChannels = width * 4
    convolutions = [
      try Conv2D(
        path / "conv1", inChannels: inChannels, outChannels: width, kernel: 1, bias: false),
      try Conv2D(
        path / "conv2", inChannels: width, outChannels: width, kernel: 3, stride: stride,
        padding: 1, bias: false),
      try Conv2D(
        path / "conv3", inChannels: width, outChannels: outChannels, kernel: 1, bias: false),
    ]
    norms = [
      try BatchNorm2D(path / "bn1", channels: width),
      try BatchNorm2D(path / "bn2", channels: width),
      try BatchNorm2D(path / "bn3", channels: outChannels),
    ]
    guard inChannels != outChannels || stride != 1 else {
      shortcut = nil
      return
    }
    shortcut = (
      try Conv2D(
        path / "downsample" / "0", inChannels: inChannels, outChannels: outChannels, kernel: 1,
        stride: stride, bias: false),
      try BatchNorm2D(path / "downsample" / "1", channels: outChannels)
    )
  }

  func callAsFunction(_ input: Tensor) throws -> Tensor {
    var x = try norms[0](convolutions[0](input)).relu()
    x = try norms[1](convolutions[1](x)).relu()
    x = try norms[2](convolutions[2](x))
    let identity = try shortcut.map { try $0.1($0.0(input)) } ?? input
    return try (x + identity).relu()
  }
}
