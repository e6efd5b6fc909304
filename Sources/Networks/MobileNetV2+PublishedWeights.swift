import TensorFiles

/// What is known of the files in which MobileNetV2 was published.
///
/// | file | names | batch norm |
/// |---|---|---|
/// | torchvision's `mobilenet_v2.pth` | `features.0.0.weight`, `features.0.1.running_mean` | apart |
/// | exported for inference | `conv_0_weight`, `conv_0_bias` | folded |
extension MobileNetV2 {
  /// torchvision's batch norm adds this to every variance.
  private static let epsilon = 1e-5

  /// Replaces torchvision's convolutions and batch norms by the biased convolutions they amount to.
  ///
  /// With γ, β, μ and σ² the norm's scale, shift, mean and variance: w′ = wγ/√(σ² + ε) and
  /// b′ = β − μγ/√(σ² + ε), computed in `Double`. A convolution without a norm of its size stays as
  /// it is, so that it is reported as missing under the name it should have had.
  ///
  /// # Source
  ///
  /// `pytorch/vision torchvision/models/mobilenetv2.py`.
  ///
  /// - Parameter tensors: The file's tensors; folded ones have this network's names.
  static func foldTorchvisionNorms(of tensors: inout [String: TensorData]) {
    for layer in torchvisionLayers {
      guard let weight = tensors["\(layer.convolution).weight"], weight.count > 0,
        let scale = tensors["\(layer.norm).weight"]?.doubles(),
        let shift = tensors["\(layer.norm).bias"]?.doubles(),
        let mean = tensors["\(layer.norm).running_mean"]?.doubles(),
        let variance = tensors["\(layer.norm).running_var"]?.doubles(),
        [scale, shift, mean, variance].allSatisfy({ $0.count == weight.shape.first })
      else { continue }
      let factors = zip(scale, variance).map { $0 / ($1 + epsilon).squareRoot() }
      let fanIn = weight.count / factors.count
      let folded = weight.doubles().enumerated().map { Float($1 * factors[$0 / fanIn]) }
      let bias = factors.indices.map { Float(shift[$0] - mean[$0] * factors[$0]) }
      tensors["\(layer.name).weight"] = TensorData(folded, dtype: .float32, shape: weight.shape)
      tensors["\(layer.name).bias"] = TensorData(bias, dtype: .float32, shape: [bias.count])
      tensors["\(layer.convolution).weight"] = nil
      for end in ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"] {
        tensors["\(layer.norm).\(end)"] = nil
      }
    }
  }

  /// Our name of every convolution, with torchvision's names of it and of its norm.
  private static var torchvisionLayers: [(name: String, convolution: String, norm: String)] {
    convolutionNames.map { name in
      let parts = name.split(separator: ".")
      guard parts.count == 3, let block = Int(parts[1]) else {
        let position = name == "stem" ? 0 : 18
        return (name, "features.\(position).0", "features.\(position).1")
      }
      let path = "features.\(block + 1).conv"
      // The first block does not expand, so its convolutions stand one place further ahead.
      let first = block == 0 ? 1 : 0
      switch parts[2] {
      case "expand": return (name, "\(path).0.0", "\(path).0.1")
      case "depthwise": return (name, "\(path).\(1 - first).0", "\(path).\(1 - first).1")
      default: return (name, "\(path).\(2 - first)", "\(path).\(3 - first)")
      }
    }
  }
}
