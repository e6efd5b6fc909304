import CoreAPI
public import Tensors

/// A five-stage network small enough to train from random weights on a laptop in seconds.
///
/// Batch norm runs on the batch's statistics in training, without which so small a network does not
/// learn from few images, and on the stored ones at inference. About .1 GF for an image of 96×96.
public struct TinyNet: Backbone {
  /// The stages, front to back.
  public let stages: [BackboneStage]
  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public var takesChannelsLast: Bool { false }
  private let convolutions: [[(Conv2D, BatchNorm2D)]]

  /// Creates the network with random weights.
  ///
  /// - Parameters:
  ///   - path: Where its parameters are named.
  ///   - outputStride: The stride of the last two stages, 4 or 8.
  /// - Throws: An error of the tensor engine.
  public init(_ path: ParameterPath, outputStride: Int = 8) throws {
    precondition(
      outputStride == 4 || outputStride == 8, "Output stride must be 4 or 8, got \(outputStride)")
    let last = outputStride / 4
    // Channels, number of convolutions, stride of the first one.
    let layout = [(16, 1, 2), (32, 2, 2), (48, 1, 1), (64, 1, last), (96, 2, 1)]
    var convolutions: [[(Conv2D, BatchNorm2D)]] = []
    var channels = 3
    var stride = 1
    var stages: [BackboneStage] = []
    let ports: [ContextPort?] = [nil, .block2, .block3, .block4, .block5]
    for (index, (width, count, firstStride)) in layout.enumerated() {
      let stagePath = path / "stage\(index + 1)"
      var layers: [(Conv2D, BatchNorm2D)] = []
      for layer in 0..<count {
        layers.append(
          (
            try Conv2D(
              stagePath / "conv\(layer + 1)", inChannels: channels, outChannels: width, kernel: 3,
              stride: layer == 0 ? firstStride : 1, padding: 1, bias: false,
              weightInitializer: .heNormal),
            try BatchNorm2D(stagePath / "norm\(layer + 1)", channels: width)
          ))
        channels = width
      }
      convolutions.append(layers)
      stride *= firstStride
      stages.append(
        BackboneStage(
          channels: width, stride: stride, port: ports[index],
          parameterPrefixes: ["stage\(index + 1)."]))
    }
    self.convolutions = convolutions
    self.stages = stages
  }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func stage(
    _ index: Int, _ input: Tensor, statistics: BatchNorm2D.Statistics
  ) throws -> Tensor {
    try convolutions[index].reduce(input) { x, layer in
      try layer.1(layer.0(x), statistics: statistics).relu()
    }
  }
}
