internal import Essentials

/// How the first values of a parameter are chosen.
///
/// `fanIn` is the number of inputs of one output, `fanOut` the number of outputs of one input.
public enum Initializer: Sendable, Equatable {
  /// All 0.
  case zeros
  /// All 1.
  case ones
  /// All the same.
  case constant(Double)
  /// Normal with mean 0.
  case normal(standardDeviation: Double)
  /// Uniform in `-bound ... bound`.
  case uniform(bound: Double)
  /// Normal with standard deviation `sqrt(2 / fanIn)`: He et al., "Delving Deep into Rectifiers",
  /// ICCV 2015.
  case heNormal
  /// Uniform with bound `sqrt(6 / ((1 + a²) fanIn))`; `a = sqrt(5)` is PyTorch's default.
  case heUniform(a: Double)
  /// Uniform with bound `gain * sqrt(6 / (fanIn + fanOut))`: Glorot and Bengio, AISTATS 2010.
  case xavierUniform(gain: Double)

  /// PyTorch's default for the weights of convolutions and linear layers.
  public static let torchDefault = Initializer.heUniform(a: 5.0.squareRoot())

  /// Draws the first values.
  ///
  /// - Parameters:
  ///   - shape: The shape of the values.
  ///   - fanShape: The shape `[outputs, inputs, kernel…]` that the fans are taken from.
  ///   - stream: Where the seed of the draw comes from.
  ///   - device: Where the values go.
  /// - Returns: The values, a `float32` tensor of `shape`.
  /// - Throws: ``TensorError`` if the device refuses.
  func values(
    _ shape: [Int], fanShape: [Int], stream: RandomStream, on device: Device
  ) throws -> Tensor {
    var stream = stream
    let seed = stream.next()
    let kernel = fanShape.dropFirst(2).reduce(1, *)
    let fanIn = Double(fanShape.dropFirst().reduce(1, *))
    let fanOut = Double((fanShape.first ?? 1) * kernel)
    func uniform(_ bound: Double) throws -> Tensor {
      try Tensor.uniform(shape, in: -bound...bound, seed: seed, on: device)
    }
    func normal(_ deviation: Double) throws -> Tensor {
      try Tensor.normal(shape, standardDeviation: deviation, seed: seed, on: device)
    }
    return switch self {
    case .zeros: try Tensor.zeros(shape, on: device)
    case .ones: try Tensor.ones(shape, on: device)
    case .constant(let value): try Tensor.full(shape, value: value, on: device)
    case .normal(let deviation): try normal(deviation)
    case .uniform(let bound): try uniform(bound)
    case .heNormal: try normal((2 / fanIn).squareRoot())
    case .heUniform(let a): try uniform((6 / ((1 + a * a) * fanIn)).squareRoot())
    case .xavierUniform(let gain): try uniform(gain * (6 / (fanIn + fanOut)).squareRoot())
    }
  }
}
