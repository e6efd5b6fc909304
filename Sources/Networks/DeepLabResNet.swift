import CoreAPI
public import Tensors

/// The dilated ResNet of DeepLab-v2, output stride 8.
///
/// Unlike torchvision's ResNet, the max pooling rounds up. Batch norm is a constant map: it runs on
/// stored statistics, and its scale and shift, which the reference gives gradients but no optimizer,
/// get none.
///
/// # Source
///
/// Chen et al., "DeepLab", TPAMI 2018. `kazuto1011/deeplab-pytorch libs/models/{resnet,deeplabv2}.py`.
public struct DeepLabResNet: Backbone {
  /// Which convolution of a block carries the stride; pretrained weights expect one of them.
  public enum Wiring: Sendable {
    /// The first 1×1 convolution, as in Caffe's models, which DeepLab started from.
    case strideOnReduction
    /// The 3×3 convolution, as in torchvision's (version 1.5).
    case strideOnConvolution3x3
  }

  /// The number of stages.
  public static let stageCount = 5
  /// The number of channels of the output.
  public static let outputChannels = 2048

  /// The stem and the four stages behind it, front to back.
  public let stages: [BackboneStage]
  private let stem: ConvolutionNorm
  private let blocks: [[DilatedBottleneck]]

  /// Creates the network with random weights.
  ///
  /// - Parameters:
  ///   - path: Where its parameters are named, `base` in the reference checkpoints.
  ///   - blockCounts: The number of blocks of the four stages: `[3, 4, 23, 3]` is ResNet-101,
  ///     `[3, 4, 6, 3]` is ResNet-50.
  ///   - wiring: Which convolution of a block carries the stride.
  /// - Throws: An error of the tensor engine.
  public init(
    _ path: ParameterPath, blockCounts: [Int], wiring: Wiring = .strideOnReduction
  ) throws {
    precondition(blockCounts.count == 4, "Four stages are needed, got \(blockCounts)")
    stem = try ConvolutionNorm(
      path / "layer1" / "conv1", inChannels: 3, outChannels: 64, kernel: 7, stride: 2, padding: 3)
    var blocks: [[DilatedBottleneck]] = []
    var stages = [
      BackboneStage(channels: 64, stride: 4, port: nil, parameterPrefixes: ["layer1."])
    ]
    var channels = 64
    let layout = [(64, 1, 1), (128, 2, 1), (256, 1, 2), (512, 1, 4)]
    for (index, (width, stride, dilation)) in layout.enumerated() {
      var layers: [DilatedBottleneck] = []
      for block in 0..<blockCounts[index] {
        layers.append(
          try DilatedBottleneck(
            path / "layer\(index + 2)" / "block\(block + 1)", inChannels: channels, width: width,
            stride: block == 0 ? stride : 1, dilation: dilation, projects: block == 0,
            wiring: wiring))
        channels = width * 4
      }
      blocks.append(layers)
      stages.append(
        BackboneStage(
          channels: channels, stride: index == 0 ? 4 : 8, port: Self.ports[index],
          parameterPrefixes: ["layer\(index + 2)."]))
    }
    self.blocks = blocks
    self.stages = stages
  }

  private static let ports: [ContextPort] = [.block2, .block3, .block4, .block5]

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func stage(
    _ index: Int, _ input: Tensor, statistics: BatchNorm2D.Statistics
  ) throws -> Tensor {
    try index == 0 ? stemOutput(of: input) : stageOutput(index - 1, of: input)
  }

  /// Returns the features of an image.
  ///
  /// - Parameter image: `[batch, 3, height, width]`, normalised as the weights expect it.
  /// - Returns: `[batch, 2048, about height / 8, about width / 8]`.
  /// - Throws: An error of the tensor engine.
  public func callAsFunction(_ image: Tensor) throws -> Tensor {
    try blocks.indices.reduce(stemOutput(of: image)) { try stageOutput($1, of: $0) }
  }

  /// Returns the output of the stem.
  func stemOutput(of image: Tensor) throws -> Tensor {
    try stem(image).relu().maxPool2d(kernel: 3, stride: 2, padding: 1, ceilMode: true)
  }

  /// Returns the output of one of the four stages behind the stem.
  func stageOutput(_ index: Int, of input: Tensor) throws -> Tensor {
    try blocks[index].reduce(input) { try $1($0) }
  }
}

/// A convolution followed by a frozen batch norm.
private struct ConvolutionNorm {
  let convolution: Conv2D
  let norm: BatchNorm2D

  init(
    _ path: ParameterPath, inChannels: Int, outChannels: Int, kernel: Int, stride: Int = 1,
    padding: Int = 0, dilation: Int = 1
  ) throws {
    convolution = try Conv2D(
      path / "conv", inChannels: inChannels, outChannels: outChannels, kernel: kernel,
      stride: stride, padding: padding, dilation: dilation, bias: false)
    norm = try BatchNorm2D(path / "bn", channels: outChannels)
    norm.weight.isTrainable = false
    norm.bias.isTrainable = false
  }

  func callAsFunction(_ input: Tensor) throws -> Tensor { try norm(convolution(input)) }
}

/// A residual block of 1×1, dilated 3×3 and 1×1 convolutions.
private struct DilatedBottleneck {
  let reduce: ConvolutionNorm
  let conv3x3: ConvolutionNorm
  let increase: ConvolutionNorm
  let shortcut: ConvolutionNorm?

  init(
    _ path: ParameterPath, inChannels: Int, width: Int, stride: Int, dilation: Int, projects: Bool,
    wiring: DeepLabResNet.Wiring
  ) throws {
    let outChannels = width * 4
    reduce = try ConvolutionNorm(
      path / "reduce", inChannels: inChannels, outChannels: width, kernel: 1,
      stride: wiring == .strideOnReduction ? stride : 1)
    conv3x3 = try ConvolutionNorm(
      path / "conv3x3", inChannels: width, outChannels: width, kernel: 3,
      stride: wiring == .strideOnConvolution3x3 ? stride : 1, padding: dilation,
      dilation: dilation)
    increase = try ConvolutionNorm(
      path / "increase", inChannels: width, outChannels: outChannels, kernel: 1)
    shortcut =
      projects
      ? try ConvolutionNorm(
        path / "shortcut", inChannels: inChannels, outChannels: outChannels, kernel: 1,
        stride: stride)
      : nil
  }

  func callAsFunction(_ input: Tensor) throws -> Tensor {
    let x = try increase(conv3x3(reduce(input).relu()).relu())
    return try (x + (shortcut.map { try $0(input) } ?? input)).relu()
  }
}
