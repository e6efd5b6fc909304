public import CoreAPI
public import Tensors

/// A convolutional network without its classifier, divided into stages.
///
/// The methods tap features between stages, freeze the front ones, and let context enter at ports;
/// a backbone therefore shows its stages instead of one `forward`.
public protocol Backbone {
  /// The stages, front to back.
  var stages: [BackboneStage] { get }
  /// Returns the output of one stage.
  ///
  /// - Parameters:
  ///   - index: The stage's position in ``stages``.
  ///   - input: The output of the stage before; for the first stage the normalised image
  ///     `[batch, 3, height, width]`.
  ///   - statistics: Where batch norm takes its statistics from; pretrained backbones use their
  ///     stored ones always, as the reference methods do.
  /// - Returns: `[batch, channels, ceil(height / stride), ceil(width / stride)]` of the stage.
  /// - Throws: An error of the tensor engine.
  func stage(
    _ index: Int, _ input: Tensor, statistics: BatchNorm2D.Statistics
  ) throws -> Tensor
  /// Returns the output of one stage, for backbones with dropout between their layers.
  ///
  /// - Parameters:
  ///   - index: The stage's position in ``stages``.
  ///   - input: The output of the stage before, or the normalised image.
  ///   - statistics: Where batch norm takes its statistics from.
  ///   - sampleSeeds: In training a seed for every sample's dropout; nil in evaluation.
  /// - Returns: The output of the stage.
  /// - Throws: An error of the tensor engine.
  func stage(
    _ index: Int, _ input: Tensor, statistics: BatchNorm2D.Statistics, sampleSeeds: [UInt64]?
  ) throws -> Tensor
  /// Whether the network may compute with the channels of a pixel beside each other, which is faster.
  ///
  /// Not where batch norm takes statistics of the batch: those are summed over planes, which libtorch
  /// does more exactly, so that every map would be copied there and back.
  var takesChannelsLast: Bool { get }
  /// The three stages that side branches read, front to back, the last of them the last stage.
  var sideStages: [Int] { get }
  /// Returns a stage's output as a side branch reads it.
  ///
  /// - Parameters:
  ///   - output: The output of a stage.
  ///   - index: The stage's position in ``stages``.
  /// - Returns: The output itself, except for networks whose blocks begin with the activation.
  /// - Throws: An error of the tensor engine.
  func activated(_ output: Tensor, ofStage index: Int) throws -> Tensor
}

/// What a stage of a ``Backbone`` yields.
public struct BackboneStage: Sendable, Equatable {
  /// The number of channels of its output.
  public var channels: Int
  /// How many pixels of the image one step in its output spans.
  public var stride: Int
  /// The context port behind it, nil for none.
  public var port: ContextPort?
  /// The beginning of the names of its parameters, below the backbone's path.
  public var parameterPrefixes: [String]

  /// Creates the description of a stage.
  ///
  /// - Parameters:
  ///   - channels: The number of channels of its output.
  ///   - stride: How many pixels of the image one step in its output spans.
  ///   - port: The context port behind it.
  ///   - parameterPrefixes: The beginning of the names of its parameters.
  public init(channels: Int, stride: Int, port: ContextPort?, parameterPrefixes: [String]) {
    self.channels = channels
    self.stride = stride
    self.port = port
    self.parameterPrefixes = parameterPrefixes
  }
}

extension Backbone {
  /// The last stage's number of channels.
  public var outputChannels: Int { stages.last?.channels ?? 0 }

  /// The last stage's stride.
  public var outputStride: Int { stages.last?.stride ?? 1 }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public var takesChannelsLast: Bool { true }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func stage(
    _ index: Int, _ input: Tensor, statistics: BatchNorm2D.Statistics, sampleSeeds: [UInt64]?
  ) throws -> Tensor {
    try stage(index, input, statistics: statistics)
  }

  /// The stages in front of the ports `block3`, `block4` and `block5`.
  public var sideStages: [Int] {
    let ports: [ContextPort?] = [.block3, .block4, .block5]
    return stages.indices.filter { index in ports.contains(stages[index].port) }
  }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func activated(_ output: Tensor, ofStage index: Int) throws -> Tensor { output }

  /// Returns the outputs of all stages.
  ///
  /// - Parameters:
  ///   - image: `[batch, 3, height, width]`, normalised.
  ///   - statistics: Where batch norm takes its statistics from.
  /// - Returns: One tensor for each stage, front to back.
  /// - Throws: An error of the tensor engine.
  public func features(
    of image: Tensor, statistics: BatchNorm2D.Statistics = .stored
  ) throws -> [Tensor] {
    var outputs: [Tensor] = []
    for index in stages.indices {
      outputs.append(
        try stage(index, outputs.last ?? laidOut(image), statistics: statistics))
    }
    return outputs
  }

  /// Returns the last stage's output, with frozen front stages and context entering at the ports.
  ///
  /// - Parameters:
  ///   - image: `[batch, 3, height, width]`, normalised.
  ///   - frozenStages: The number of front stages that get no gradient.
  ///   - ports: The context of this batch.
  ///   - statistics: Where batch norm of the stages that are not frozen takes its statistics from.
  ///   - sampleSeeds: In training a seed for every sample's dropout; nil in evaluation.
  /// - Returns: `[batch, channels, height, width]` of the last stage.
  /// - Throws: An error of the tensor engine.
  public func features(
    of image: Tensor, frozenStages: Int, ports: any BoundContext,
    statistics: BatchNorm2D.Statistics = .stored, sampleSeeds: [UInt64]? = nil
  ) throws -> Tensor {
    let outputs = try outputs(
      of: [stages.count - 1], for: image, frozenStages: frozenStages, ports: ports,
      statistics: statistics, sampleSeeds: sampleSeeds)
    return outputs.last ?? image
  }

  /// Returns the outputs of some stages, with frozen front stages and context entering at the ports.
  ///
  /// - Parameters:
  ///   - wanted: Positions in ``stages``, ascending.
  ///   - image: `[batch, 3, height, width]`, normalised.
  ///   - frozenStages: The number of front stages that get no gradient.
  ///   - ports: The context of this batch.
  ///   - statistics: Where batch norm of the stages that are not frozen takes its statistics from.
  ///   - sampleSeeds: In training a seed for every sample's dropout; nil in evaluation.
  /// - Returns: What leaves the port behind each wanted stage, or the stage where it has none.
  /// - Throws: An error of the tensor engine.
  public func outputs(
    of wanted: [Int], for image: Tensor, frozenStages: Int = 0,
    ports: any BoundContext = NoContext(), statistics: BatchNorm2D.Statistics = .stored,
    sampleSeeds: [UInt64]? = nil
  ) throws -> [Tensor] {
    var features = try laidOut(image)
    var outputs: [Tensor] = []
    for (index, description) in stages.enumerated() {
      features = try stage(
        index, features, frozenStages: frozenStages, statistics: statistics,
        sampleSeeds: sampleSeeds)
      // A port behind the last frozen stage still learns: it acts on the detached features.
      if let port = description.port, index + 1 >= frozenStages {
        features = try ports.apply(port, to: features)
      }
      if wanted.contains(index) { outputs.append(features) }
    }
    return outputs
  }

  /// Returns the output of a stage, which gets no gradient if it is frozen.
  ///
  /// - Parameters:
  ///   - index: The position in ``stages``.
  ///   - input: What the stage before it gave, or the image.
  ///   - frozenStages: The number of front stages that get no gradient.
  ///   - statistics: Where batch norm takes its statistics from if the stage is not frozen.
  ///   - sampleSeeds: In training a seed for every sample's dropout; nil in evaluation.
  /// - Returns: The stage's output.
  /// - Throws: An error of the tensor engine.
  func stage(
    _ index: Int, _ input: Tensor, frozenStages: Int, statistics: BatchNorm2D.Statistics,
    sampleSeeds: [UInt64]? = nil
  ) throws -> Tensor {
    guard index < frozenStages else {
      return try stage(index, input, statistics: statistics, sampleSeeds: sampleSeeds)
    }
    return try withoutGradient {
      try stage(index, input, statistics: .stored, sampleSeeds: sampleSeeds)
    }
  }

  /// Returns the image in the memory layout in which a backbone's convolutions are fastest.
  ///
  /// On a processor they compute on channels that lie beside each other; from planes libtorch copies
  /// every map there and back.
  func laidOut(_ image: Tensor) throws -> Tensor {
    takesChannelsLast && image.device == .cpu ? try image.channelsLast() : image
  }

  /// Returns the ports that context may enter at.
  ///
  /// - Parameter frozenStages: The number of front stages that get no gradient; ports in front of
  ///   the last of them could never learn and are left out.
  /// - Returns: The ports, front to back.
  public func ports(frozenStages: Int) -> [ContextPort] {
    stages.enumerated().compactMap { index, stage in
      index + 1 >= frozenStages ? stage.port : nil
    }
  }

  /// Declares every port to the context and returns the number of channels behind the last one.
  ///
  /// - Parameters:
  ///   - context: What enters through the ports.
  ///   - frozenStages: The number of front stages that get no gradient.
  /// - Returns: The number of input channels of the classifier.
  /// - Throws: `CoreError.portCannotWiden(name:)` if the context adds channels in front of another
  ///   stage, and errors of the tensor engine.
  public func declarePorts(to context: any Context, frozenStages: Int) throws -> Int {
    var channels = outputChannels
    for (index, stage) in stages.enumerated() {
      guard let port = stage.port, index + 1 >= frozenStages else { continue }
      channels = try context.channels(leaving: port, of: stage.channels)
      guard index == stages.count - 1 || channels == stage.channels else {
        throw CoreError.portCannotWiden(name: port.name)
      }
    }
    return channels
  }
}
