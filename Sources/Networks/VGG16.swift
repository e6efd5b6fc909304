import CoreAPI
public import Tensors

/// VGG-16 without its classifier, in the forms that SEC, DSRG and PSA give it.
///
/// Parameters are named by their position among torchvision's layers, `features.0.weight` to
/// `features.28.bias`; all forms have the same ones.
///
/// # Source
///
/// Simonyan and Zisserman, "Very deep convolutional networks for large-scale image recognition",
/// ICLR 2015; see ``Form`` for the changes.
public struct VGG16: Backbone {
  /// Where the network pools and how its last block looks around.
  public enum Form: String, CaseIterable, Sendable {
    /// SEC's and DSRG's class activation maps: 2×2 pools behind blocks 1 to 3 only, stride 8.
    case activation
    /// SEC's background saliency: a 2×2 pool behind every block, stride 32.
    ///
    /// The third stage ends with conv4_1 before its ReLU, at stride 8, where saliency is read.
    case saliency
    /// DeepLab-LargeFOV of SEC and DSRG: 3×3 pools, the last three of them of stride 1, the fifth
    /// block dilated by 2; stride 8.
    case largeFieldOfView = "large-field-of-view"
    /// PSA's: as ``largeFieldOfView``, without the two pools behind the fifth block.
    case affinity
  }

  /// The stages, front to back; the names of all parameters begin with `features.`.
  public let stages: [BackboneStage]
  /// The layers of every stage.
  let layers: [[Layer]]
  private let roundsUp: Bool

  /// What one of torchvision's `features` does.
  enum Layer {
    case convolution(Conv2D)
    case relu
    case maxPool(kernel: Int, stride: Int, padding: Int)
    case averagePool
  }

  /// Creates the network with random weights.
  ///
  /// - Parameters:
  ///   - path: Where its parameters are named.
  ///   - form: Where it pools.
  ///   - roundsUp: Whether pooled sizes are rounded up as by Caffe, or down as by PyTorch's ports.
  ///     For inputs of 321×321 both give 41×41 in the forms with 3×3 pools.
  /// - Throws: An error of the tensor engine.
  public init(_ path: ParameterPath, form: Form = .activation, roundsUp: Bool = true) throws {
    var builder = Builder(path: path / "features")
    for block in 0..<5 {
      for layer in 0..<Self.layerCounts[block] {
        let isDilated = block == 4 && form.isWide
        try builder.convolution(
          channels: Self.widths[block], dilation: isDilated ? 2 : 1)
        if form == .saliency && block == 3 && layer == 0 { builder.endStage(stride: 8) }
        builder.append(.relu)
      }
      if let (kernel, stride) = form.pool(behind: block) {
        builder.append(.maxPool(kernel: kernel, stride: stride, padding: (kernel - 1) / 2))
      } else {
        builder.skip()
      }
      if block == 4 && form == .largeFieldOfView { builder.append(.averagePool) }
      // In the saliency form the third stage goes on up to conv4_1.
      if form != .saliency || block != 2 { builder.endStage(stride: form.stride(behind: block)) }
    }
    layers = builder.stages.map(\.layers)
    stages = zip(builder.stages, [nil, .block2, .block3, .block4, .block5]).map { stage, port in
      BackboneStage(
        channels: stage.channels, stride: stage.stride, port: port,
        parameterPrefixes: stage.indices.map { "features.\($0)." })
    }
    self.roundsUp = roundsUp
  }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func stage(
    _ index: Int, _ input: Tensor, statistics: BatchNorm2D.Statistics
  ) throws -> Tensor {
    try layers[index].reduce(input) { try output(of: $1, $0) }
  }

  /// Returns the output of one layer.
  func output(of layer: Layer, _ input: Tensor) throws -> Tensor {
    switch layer {
    case .convolution(let convolution): try convolution(input)
    case .relu: try input.relu()
    case .maxPool(let kernel, let stride, let padding):
      try input.maxPool2d(kernel: kernel, stride: stride, padding: padding, ceilMode: roundsUp)
    case .averagePool:
      try input.averagePool2d(kernel: 3, stride: 1, padding: 1, ceilMode: roundsUp)
    }
  }

  /// The number of convolutions of every block.
  static let layerCounts = [2, 2, 3, 3, 3]
  private static let widths = [64, 128, 256, 512, 512]

  /// Caffe's name of every convolution, `conv1_1` to `conv5_3`, and torchvision's.
  static var convolutionNames: [(caffe: String, torchvision: String)] {
    var index = 0
    var names: [(String, String)] = []
    for (block, count) in layerCounts.enumerated() {
      for layer in 0..<count {
        names.append(("conv\(block + 1)_\(layer + 1)", "features.\(index)"))
        index += 2
      }
      index += 1
    }
    return names
  }
}

extension VGG16.Form {
  /// Whether the fifth block is dilated and pools overlap.
  fileprivate var isWide: Bool { self == .largeFieldOfView || self == .affinity }

  /// The kernel and stride of the pool behind a block, nil for none.
  fileprivate func pool(behind block: Int) -> (kernel: Int, stride: Int)? {
    switch self {
    case .activation: block < 3 ? (2, 2) : nil
    case .saliency: (2, 2)
    case .largeFieldOfView: (3, block < 3 ? 2 : 1)
    case .affinity: block < 4 ? (3, block < 3 ? 2 : 1) : nil
    }
  }

  fileprivate func stride(behind block: Int) -> Int {
    self == .saliency ? 2 << block : min(2 << block, 8)
  }
}

/// Puts layers one behind the other and counts them as torchvision does.
private struct Builder {
  struct Stage {
    var layers: [VGG16.Layer] = []
    /// Positions of the convolutions among all layers.
    var indices: [Int] = []
    var channels = 0
    var stride = 1
  }

  let path: ParameterPath
  var stages: [Stage] = []
  private var current = Stage()
  private var index = 0
  private var channels = 3

  init(path: ParameterPath) { self.path = path }

  mutating func convolution(channels outChannels: Int, dilation: Int) throws {
    current.indices.append(index)
    append(
      .convolution(
        try Conv2D(
          path / index, inChannels: channels, outChannels: outChannels, kernel: 3,
          padding: dilation, dilation: dilation, bias: true, weightInitializer: .heNormal,
          biasInitializer: .zeros)))
    channels = outChannels
  }

  mutating func append(_ layer: VGG16.Layer) {
    current.layers.append(layer)
    index += 1
  }

  /// Leaves out a layer that torchvision has.
  mutating func skip() { index += 1 }

  mutating func endStage(stride: Int) {
    current.channels = channels
    current.stride = stride
    stages.append(current)
    current = Stage()
  }
}
