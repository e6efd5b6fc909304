import CoreAPI
public import Tensors

/// The wide ResNet-38 of PSA and SEAM, output stride 8 and 4096 channels.
///
/// Blocks begin with batch norm and ReLU, so the output of a stage is not activated;
/// ``activated(_:ofStage:)`` gives what side branches read, the reference's conv4, conv5 and conv6.
///
/// # Source
///
/// Wu et al., "Wider or deeper: revisiting the ResNet model for visual recognition", 2016, model A1.
/// Names and wiring: `YudeWang/SEAM network/resnet38d.py`.
public struct ResNet38: Backbone {
  /// The stages, front to back.
  public let stages: [BackboneStage]
  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public var takesChannelsLast: Bool { false }
  /// The fourth, the fifth and the last block level.
  public let sideStages = [3, 4, 5]
  private let stem: Conv2D
  private let levels: [[any PreactivatedBlock]]
  private let lastNorm: FreezableNorm

  /// Creates the network with random weights.
  ///
  /// - Parameters:
  ///   - path: Where its parameters are named, the root in PSA's and SEAM's checkpoints.
  ///   - freezesNorms: Whether batch norm keeps its scale, its shift and its statistics in training,
  ///     as in PSA and SEAM.
  ///   - normMomentum: The share of a batch in the statistics that norms store if they are not frozen.
  /// - Throws: An error of the tensor engine.
  public init(
    _ path: ParameterPath, freezesNorms: Bool = true, normMomentum: Double = 0.1
  ) throws {
    let norms = NormFactory(freezes: freezesNorms, momentum: normMomentum)
    stem = try Conv2D(
      path / "conv1a", inChannels: 3, outChannels: 64, kernel: 3, padding: 1, bias: false)
    func level(
      _ name: String, inputs: Int, width: Int, outputs: Int, blockCount: Int, stride: Int,
      dilation: Int = 1
    ) throws -> [any PreactivatedBlock] {
      let first = try BasicBlock(
        path / name, inChannels: inputs, width: width, outChannels: outputs, stride: stride,
        dilations: (1, dilation), norms: norms)
      let others = try (1..<blockCount).map { block in
        try BasicBlock(
          path / "\(name)_\(block)", inChannels: outputs, width: width, outChannels: outputs,
          stride: 1, dilations: (dilation, dilation), norms: norms)
      }
      return [first] + others
    }
    var levels = [
      try level("b2", inputs: 64, width: 128, outputs: 128, blockCount: 3, stride: 2),
      try level("b3", inputs: 128, width: 256, outputs: 256, blockCount: 3, stride: 2),
      try level("b4", inputs: 256, width: 512, outputs: 512, blockCount: 6, stride: 2),
      try level(
        "b5", inputs: 512, width: 512, outputs: 1024, blockCount: 3, stride: 1, dilation: 2),
    ]
    levels.append([
      try BottleneckBlock(
        path / "b6", inChannels: 1024, outChannels: 2048, dilation: 4, dropout: 0.3, norms: norms),
      try BottleneckBlock(
        path / "b7", inChannels: 2048, outChannels: 4096, dilation: 4, dropout: 0.5, norms: norms),
    ])
    self.levels = levels
    lastNorm = try norms.make(path / "bn7", channels: 4096)
    func stage(
      _ channels: Int, _ stride: Int, _ port: ContextPort?, _ blocks: [String]
    ) -> BackboneStage {
      BackboneStage(
        channels: channels, stride: stride, port: port, parameterPrefixes: blocks.map { "\($0)." })
    }
    stages = [
      stage(64, 1, nil, ["conv1a"]),
      stage(128, 2, .block2, ["b2", "b2_1", "b2_2"]),
      stage(256, 4, .block3, ["b3", "b3_1", "b3_2"]),
      stage(512, 8, .block4, ["b4", "b4_1", "b4_2", "b4_3", "b4_4", "b4_5"]),
      stage(1024, 8, nil, ["b5", "b5_1", "b5_2"]),
      stage(4096, 8, .block5, ["b6", "b7", "bn7"]),
    ]
  }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func stage(
    _ index: Int, _ input: Tensor, statistics: BatchNorm2D.Statistics
  ) throws -> Tensor {
    try stage(index, input, statistics: statistics, sampleSeeds: nil)
  }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func stage(
    _ index: Int, _ input: Tensor, statistics: BatchNorm2D.Statistics, sampleSeeds: [UInt64]?
  ) throws -> Tensor {
    guard index > 0 else { return try stem(input) }
    let output = try levels[index - 1].reduce(input) {
      try $1($0, statistics: statistics, sampleSeeds: sampleSeeds)
    }
    return index == levels.count ? try lastNorm(output, statistics: statistics).relu() : output
  }

  /// Returns a stage's output after the norm and the ReLU that the next stage begins with.
  ///
  /// - Parameters:
  ///   - output: The output of a stage.
  ///   - index: The stage's position in ``stages``.
  /// - Returns: `[batch, channels, height, width]`, at least 0; norms use stored statistics.
  /// - Throws: An error of the tensor engine.
  public func activated(_ output: Tensor, ofStage index: Int) throws -> Tensor {
    guard index < levels.count, let next = levels[index].first else { return output }
    return try next.firstNorm(output).relu()
  }
}

/// A batch norm that may be frozen: then it keeps its scale, its shift and its statistics.
private struct FreezableNorm {
  private let norm: BatchNorm2D
  private let isFrozen: Bool

  init(_ path: ParameterPath, channels: Int, momentum: Double, isFrozen: Bool) throws {
    norm = try BatchNorm2D(path, channels: channels, momentum: momentum)
    norm.weight.isTrainable = !isFrozen
    norm.bias.isTrainable = !isFrozen
    self.isFrozen = isFrozen
  }

  func callAsFunction(
    _ x: Tensor, statistics: BatchNorm2D.Statistics = .stored
  ) throws -> Tensor {
    try norm(x, statistics: isFrozen ? .stored : statistics)
  }
}

/// Makes the norms of a network.
private struct NormFactory {
  let freezes: Bool
  let momentum: Double

  func make(_ path: ParameterPath, channels: Int) throws -> FreezableNorm {
    try FreezableNorm(path, channels: channels, momentum: momentum, isFrozen: freezes)
  }
}

/// A residual block that begins with batch norm and ReLU.
private protocol PreactivatedBlock {
  var firstNorm: FreezableNorm { get }
  func callAsFunction(
    _ input: Tensor, statistics: BatchNorm2D.Statistics, sampleSeeds: [UInt64]?
  ) throws -> Tensor
}

/// Two 3×3 convolutions.
private struct BasicBlock: PreactivatedBlock {
  let firstNorm: FreezableNorm
  private let first: Conv2D
  private let secondNorm: FreezableNorm
  private let second: Conv2D
  private let shortcut: Conv2D?

  init(
    _ path: ParameterPath, inChannels: Int, width: Int, outChannels: Int, stride: Int,
    dilations: (first: Int, second: Int), norms: NormFactory
  ) throws {
    firstNorm = try norms.make(path / "bn_branch2a", channels: inChannels)
    first = try Conv2D(
      path / "conv_branch2a", inChannels: inChannels, outChannels: width, kernel: 3,
      stride: stride, padding: dilations.first, dilation: dilations.first, bias: false)
    secondNorm = try norms.make(path / "bn_branch2b1", channels: width)
    second = try Conv2D(
      path / "conv_branch2b1", inChannels: width, outChannels: outChannels, kernel: 3,
      padding: dilations.second, dilation: dilations.second, bias: false)
    shortcut =
      inChannels == outChannels && stride == 1
      ? nil
      : try Conv2D(
        path / "conv_branch1", inChannels: inChannels, outChannels: outChannels, kernel: 1,
        stride: stride, bias: false)
  }

  func callAsFunction(
    _ input: Tensor, statistics: BatchNorm2D.Statistics, sampleSeeds: [UInt64]?
  ) throws -> Tensor {
    let activated = try firstNorm(input, statistics: statistics).relu()
    let branch = try second(secondNorm(first(activated), statistics: statistics).relu())
    return try (shortcut.map { try $0(activated) } ?? input) + branch
  }
}

/// A 1×1, a dilated 3×3 and a 1×1 convolution with dropout of whole channels between them.
private struct BottleneckBlock: PreactivatedBlock {
  let firstNorm: FreezableNorm
  private let convolutions: [Conv2D]
  private let norms: [FreezableNorm]
  private let dropouts: [Dropout]
  private let shortcut: Conv2D

  init(
    _ path: ParameterPath, inChannels: Int, outChannels: Int, dilation: Int, dropout: Double,
    norms: NormFactory
  ) throws {
    let (narrow, wide) = (outChannels / 4, outChannels / 2)
    firstNorm = try norms.make(path / "bn_branch2a", channels: inChannels)
    convolutions = [
      try Conv2D(
        path / "conv_branch2a", inChannels: inChannels, outChannels: narrow, kernel: 1,
        bias: false),
      try Conv2D(
        path / "conv_branch2b1", inChannels: narrow, outChannels: wide, kernel: 3,
        padding: dilation, dilation: dilation, bias: false),
      try Conv2D(
        path / "conv_branch2b2", inChannels: wide, outChannels: outChannels, kernel: 1,
        bias: false),
    ]
    self.norms = [
      try norms.make(path / "bn_branch2b1", channels: narrow),
      try norms.make(path / "bn_branch2b2", channels: wide),
    ]
    dropouts = ["dropout_2b1", "dropout_2b2"].map {
      Dropout(path / $0, probability: dropout, byChannel: true)
    }
    shortcut = try Conv2D(
      path / "conv_branch1", inChannels: inChannels, outChannels: outChannels, kernel: 1,
      bias: false)
  }

  func callAsFunction(
    _ input: Tensor, statistics: BatchNorm2D.Statistics, sampleSeeds: [UInt64]?
  ) throws -> Tensor {
    let activated = try firstNorm(input, statistics: statistics).relu()
    var branch = try convolutions[0](activated)
    for (index, convolution) in convolutions.dropFirst().enumerated() {
      branch = try norms[index](branch, statistics: statistics).relu()
      branch = try convolution(dropouts[index](branch, sampleSeeds: sampleSeeds))
    }
    return try shortcut(activated) + branch
  }
}
