import Networks
import TensorFiles
import Tensors

/// The pixel correlation module: every pixel's scores become those of the pixels that look like it.
///
/// With g the features of a pixel after a 1×1 convolution, divided by their length:
///
///     A(i, j) = relu(g(i) · g(j)) / (Σ over k of relu(g(k) · g(j)) + 1e-5)
///     refined(j) = Σ over i of scores(i) A(i, j)
///
/// # Source
///
/// Wang et al., "Self-supervised equivariant attention mechanism for weakly supervised semantic
/// segmentation", CVPR 2020, §3.3. `YudeWang/SEAM network/resnet38_SEAM.py`, `Net.PCM`.
struct PixelCorrelationModule {
  private static let epsilon = 1e-5
  /// How many affinities are held at once: what large images need is cut into blocks of columns.
  private static let blockElements = 1 << 25

  private let sideLayers: [Conv2D]
  private let embedding: Conv2D

  /// Creates the module's layers, `f8_3`, `f8_4` and `f9`.
  ///
  /// - Parameters:
  ///   - path: Where the parameters go.
  ///   - sideChannels: The channels of the two feature maps that it reads.
  /// - Throws: An error of the tensor engine.
  init(_ path: ParameterPath, sideChannels: (Int, Int)) throws {
    sideLayers = [
      try Conv2D(
        path / "f8_3", inChannels: sideChannels.0, outChannels: 64, kernel: 1, bias: false,
        weightInitializer: .heNormal),
      try Conv2D(
        path / "f8_4", inChannels: sideChannels.1, outChannels: 128, kernel: 1, bias: false,
        weightInitializer: .heNormal),
    ]
    embedding = try Conv2D(
      path / "f9", inChannels: 3 + 64 + 128, outChannels: 192, kernel: 1, bias: false,
      weightInitializer: .xavierUniform(gain: 4))
  }

  /// Returns what pixels are compared by.
  ///
  /// - Parameters:
  ///   - images: `[batch, 3, height, width]`, normalised.
  ///   - sides: The two feature maps, detached, each of its own resolution.
  ///   - size: The resolution of the result.
  /// - Returns: `[batch, 195, h, w]`: colours and side features.
  /// - Throws: An error of the tensor engine.
  func features(
    _ images: Tensor, sides: [Tensor], size: (height: Int, width: Int)
  ) throws -> Tensor {
    let inputs = [images] + (try zip(sideLayers, sides).map { try $0($1).relu() })
    return try Tensor.concatenate(
      inputs.map { input in
        input.shape[2] == size.height && input.shape[3] == size.width
          ? input : try input.interpolated(to: size, alignCorners: true)
      }, along: 1)
  }

  /// Refines scores.
  ///
  /// - Parameters:
  ///   - scores: `[batch, classes, …]` of any resolution.
  ///   - features: `[batch, 195, h, w]`.
  /// - Returns: `[batch, classes, h, w]`.
  /// - Throws: An error of the tensor engine.
  func callAsFunction(_ scores: Tensor, features: Tensor) throws -> Tensor {
    let (batch, height, width) = (features.shape[0], features.shape[2], features.shape[3])
    let (classes, pixels) = (scores.shape[1], height * width)
    let values = try scores.interpolated(to: (height, width), alignCorners: true)
      .reshaped([batch, classes, pixels])
    let raw = try embedding(features).reshaped([batch, embedding.weight.value.shape[0], pixels])
    // The clamp keeps the gradient of a zero vector finite.
    let length = try raw.square().sum(along: 1, keepingDimensions: true).clamped(min: 1e-24).sqrt()
    let unit = try raw / (length + Self.epsilon)
    let rows = try unit.transposed(1, 2)
    let columns = max(1, Self.blockElements / (batch * pixels))
    let blocks = try stride(from: 0, to: pixels, by: columns).map { start in
      let part = try unit.narrow(along: 2, from: start, count: min(columns, pixels - start))
      let affinities = try rows.matmul(part).relu()
      return try values.matmul(affinities)
        / (affinities.sum(along: 1, keepingDimensions: true) + Self.epsilon)
    }
    return try Tensor.concatenate(blocks, along: 2).reshaped([batch, classes, height, width])
  }

  /// Returns scores in which only the strongest class of every pixel and the background are left.
  ///
  /// Every class is divided by its maximum; the background gets what the strongest class leaves.
  ///
  /// - Parameter activation: `[batch, 1 + classes, h, w]`, the background first.
  /// - Returns: `[batch, 1 + classes, h, w]` in `0...1`, without gradient.
  /// - Throws: An error of the tensor engine.
  static func competingScores(_ activation: Tensor) throws -> Tensor {
    try withoutGradient {
      let positive = try activation.relu()
      let largest = try positive.amax(along: [2, 3], keepingDimensions: true) + epsilon
      let scores = try (positive - epsilon).relu() / largest
      return try scores.withForegroundWinners(background: { try 1.0 - $0 })
    }
  }
}

extension Tensor {
  /// Keeps only the largest foreground class of every pixel, all of them if several are equal.
  ///
  /// - Parameter background: Returns the first channel for the largest foreground score; nil keeps
  ///   it.
  /// - Returns: `[batch, 1 + classes, …]`, the shape of this tensor.
  /// - Throws: An error of the tensor engine.
  func withForegroundWinners(background: ((Tensor) throws -> Tensor)? = nil) throws -> Tensor {
    let foreground = try narrow(along: 1, from: 1, count: shape[1] - 1)
    let largest = try foreground.amax(along: [1], keepingDimensions: true)
    let winners = try foreground * foreground.equal(to: largest).to(.float32)
    let first = try background.map { try $0(largest) } ?? narrow(along: 1, from: 0, count: 1)
    return try Tensor.concatenate([first, winners], along: 1)
  }
}
