import CoreAPI
public import Tensors

/// A five-stage network small enough to train from random weights on a laptop in seconds.
///
/// Group norm instead of batch norm: it needs no statistics, so it behaves the same at any batch
/// size and from the first step on. The last stage has none: group norm would give every image the
/// same total activation, and then a class activation map cannot tell presence from absence. About
/// .1 GF for an image of 96×96.
public struct TinyNet: Backbone {
  public let stages: [BackboneStage]
  private let convolutions: [[(Conv2D, GroupNorm?)]]

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
    var convolutions: [[(Conv2D, GroupNorm?)]] = []
    var channels = 3
    var stride = 1
    var stages: [BackboneStage] = []
    let ports: [ContextPort?] = [nil, .block2, .block3, .block4, .block5]
    for (index, (width, count, firstStride)) in layout.enumerated() {
      let stagePath = path / "stage\(index + 1)"
      var layers: [(Conv2D, GroupNorm?)] = []
      let isLast = index == layout.count - 1
      for layer in 0..<count {
        layers.append(
          (
            try Conv2D(
              stagePath / "conv\(layer + 1)", inChannels: channels, outChannels: width, kernel: 3,
              stride: layer == 0 ? firstStride : 1, padding: 1, bias: isLast,
              weightInitializer: .heNormal),
            isLast ? nil : try GroupNorm(stagePath / "norm\(layer + 1)", groups: 8, channels: width)
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
  public func stage(_ index: Int, _ input: Tensor) throws -> Tensor {
    try convolutions[index].reduce(input) { x, layer in
      let features = try layer.0(x)
      return try (layer.1?(features) ?? features).relu()
    }
  }
}
