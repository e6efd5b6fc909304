import CoreAPI
import Tensors

/// How the context map M joins the features X at a port.
public enum ContextFusion: String, CaseIterable, Sendable, Codable {
  /// A class-shared 3×3 convolution over [X, M] and a ReLU, back to X's channels: the paper.
  case sharedConvolution3x3 = "shared-conv3x3"
  /// The same with a 1×1 convolution, for networks where a 3×3 one costs more than the backbone.
  case sharedConvolution1x1 = "shared-conv1x1"
  /// A 1×1 convolution that starts as the identity on X and ignores M at first.
  case projected
  /// M becomes one more channel of the class-specific layer. With a linear head M is then only an
  /// additive bias of the class score and cannot change where a CAM fires.
  case widen
}

/// A fusion with its weights, at one port.
struct FusionLayer {
  private let fusion: ContextFusion
  private let convolution: Conv2D?
  /// The number of channels that leave the port.
  let outputChannels: Int

  init(
    _ fusion: ContextFusion, _ path: ParameterPath, channels: Int, contextChannels: Int
  ) throws {
    self.fusion = fusion
    switch fusion {
    case .widen:
      convolution = nil
      outputChannels = channels + contextChannels
    case .sharedConvolution3x3, .sharedConvolution1x1, .projected:
      let kernel = fusion == .sharedConvolution3x3 ? 3 : 1
      let layer = try Conv2D(
        path, inChannels: channels, outChannels: channels, kernel: kernel, padding: kernel / 2,
        bias: true, extraInputChannels: contextChannels, weightInitializer: .heNormal)
      if fusion == .projected {
        try Self.makeIdentity(layer, channels: channels, inputs: channels + contextChannels)
      }
      convolution = layer
      outputChannels = channels
    }
  }

  /// Returns the features joined with the context.
  ///
  /// - Parameters:
  ///   - features: `[batch, channels, height, width]`.
  ///   - context: `[batch, contextChannels, height, width]`.
  /// - Returns: `[batch, outputChannels, height, width]`.
  /// - Throws: An error of the tensor engine.
  func callAsFunction(_ features: Tensor, _ context: Tensor) throws -> Tensor {
    let joined = try Tensor.concatenate([features, context.to(features.dtype)], along: 1)
    guard let convolution else { return joined }
    let fused = try convolution(joined)
    return fusion == .projected ? fused : try fused.relu()
  }

  private static func makeIdentity(_ layer: Conv2D, channels: Int, inputs: Int) throws {
    var values = [Float](repeating: 0, count: channels * inputs)
    for channel in 0..<channels { values[channel * inputs + channel] = 1 }
    try withoutGradient {
      try layer.weight.value.copy(from: Tensor(values, shape: [channels, inputs, 1, 1]))
      try layer.bias?.value.zero()
    }
  }
}
