import CoreAPI
import Networks
import Tensors

/// IRNet's second network: class boundaries and displacements to object centres from frozen features.
///
/// # Source
///
/// Ahn et al., CVPR 2019. `jiwoon-ahn/irn net/resnet50_irn.py`, `Net`. The reference is written for
/// ResNet-50's strides 4, 4, 8, 16, 16; here every level is brought to the common stride by its own
/// stride, so that other backbones fit. With ResNet-50 there is no difference.
final class BoundaryDisplacementNetwork {
  /// How many pixels of the image one step of the output maps spans.
  static let stride = 4

  private let backbone: any Backbone
  private let trainsBackbone: Bool
  private let edgeLevels: [NormedConvolution]
  private let edgeOutput: Conv2D
  private let fineLevels: [(index: Int, layer: NormedConvolution)]
  private let coarseLevels: [(index: Int, layer: NormedConvolution)]
  private let coarseFusion: NormedConvolution?
  private let displacementFusion: NormedConvolution
  private let displacementOutput: Conv2D
  /// The mean displacement over the training set, `[2]`, subtracted at inference.
  let meanDisplacement: Parameter

  /// The number of channels and of group-norm groups of every displacement level.
  struct Widths {
    var edge = 32
    var levels: [(channels: Int, groups: Int)]
    var fused: (channels: Int, groups: Int)

    /// The reference's widths.
    static let resNet50 = Widths(
      levels: [(64, 8), (128, 16), (256, 16), (256, 16), (256, 16)], fused: (256, 16))

    /// Widths for a lighter backbone of any number of levels.
    static func light(levelCount: Int) -> Widths {
      Widths(levels: Array(repeating: (32, 8), count: levelCount), fused: (64, 8))
    }
  }

  init(
    _ store: ParameterStore, backbone: any Backbone, trainsBackbone: Bool, widths: Widths
  ) throws {
    self.backbone = backbone
    self.trainsBackbone = trainsBackbone
    let stages = backbone.stages
    precondition(widths.levels.count == stages.count, "One width for each stage is needed")
    let root = store.root
    edgeLevels = try stages.enumerated().map { index, stage in
      try NormedConvolution(
        root / "fc_edge\(index + 1)", inChannels: stage.channels, outChannels: widths.edge,
        groups: 4)
    }
    edgeOutput = try Conv2D(
      root / "fc_edge\(stages.count + 1)", inChannels: widths.edge * stages.count, outChannels: 1,
      kernel: 1, bias: true)

    var fine: [(Int, NormedConvolution)] = []
    var coarse: [(Int, NormedConvolution)] = []
    for (index, stage) in stages.enumerated() {
      let (channels, groups) = widths.levels[index]
      let layer = try NormedConvolution(
        root / "fc_dp\(index + 1)", inChannels: stage.channels, outChannels: channels,
        groups: groups)
      if stage.stride <= Self.stride {
        fine.append((index, layer))
      } else {
        coarse.append((index, layer))
      }
    }
    fineLevels = fine
    coarseLevels = coarse
    var fusedChannels = fine.reduce(0) { $0 + widths.levels[$1.0].channels }
    if coarse.isEmpty {
      coarseFusion = nil
    } else {
      coarseFusion = try NormedConvolution(
        root / "fc_dp\(stages.count + 1)",
        inChannels: coarse.reduce(0) { $0 + widths.levels[$1.0].channels },
        outChannels: widths.fused.channels, groups: widths.fused.groups)
      fusedChannels += widths.fused.channels
    }
    let last = root / "fc_dp\(stages.count + 2)"
    displacementFusion = try NormedConvolution(
      last, inChannels: fusedChannels, outChannels: widths.fused.channels,
      groups: widths.fused.groups)
    displacementOutput = try Conv2D(
      last / "3", inChannels: widths.fused.channels, outChannels: 2, kernel: 1, bias: false)
    meanDisplacement = try (root / "mean_shift").buffer(
      "running_mean", shape: [2], initializer: .zeros)
  }

  /// Returns boundary logits and raw displacements.
  ///
  /// - Parameters:
  ///   - images: `[batch, 3, height, width]`, normalised.
  ///   - statistics: Where batch norm of a trained backbone takes its statistics from.
  /// - Returns: Boundary logits `[batch, 1, h, w]` and displacements (dy, dx) `[batch, 2, h, w]` in
  ///   steps of the map, `h` and `w` being those of the first level of stride 4.
  /// - Throws: An error of the tensor engine.
  func callAsFunction(
    _ images: Tensor, statistics: BatchNorm2D.Statistics = .stored
  ) throws -> (boundary: Tensor, displacement: Tensor) {
    let features =
      trainsBackbone
      ? try backbone.features(of: images, statistics: statistics)
      : try withoutGradient { try backbone.features(of: images) }
    let stages = backbone.stages
    let reference = stages.firstIndex { $0.stride == Self.stride } ?? 0
    let (height, width) = (features[reference].shape[2], features[reference].shape[3])

    let edges = try edgeLevels.enumerated().map { index, layer in
      try layer(
        features[index], scale: Double(stages[index].stride) / Double(Self.stride)
      ).cropped(height, width)
    }
    let boundary = try edgeOutput(Tensor.concatenate(edges, along: 1))

    var levels = try fineLevels.map { index, layer in
      try layer(
        features[index], scale: Double(stages[index].stride) / Double(Self.stride)
      ).cropped(height, width)
    }
    if let coarseFusion, let first = coarseLevels.first {
      let middleStride = stages[first.index].stride
      let middle = features[first.index].shape
      let coarse = try coarseLevels.map { index, layer in
        try layer(
          features[index], scale: Double(stages[index].stride) / Double(middleStride)
        ).cropped(middle[2], middle[3])
      }
      levels.append(
        try coarseFusion(
          Tensor.concatenate(coarse, along: 1), scale: Double(middleStride) / Double(Self.stride)
        ).cropped(height, width))
    }
    let fused = try displacementFusion(Tensor.concatenate(levels, along: 1), scale: 1)
    return (boundary, try displacementOutput(fused))
  }

  /// Returns boundary probabilities and displacements of one image from it and its mirror image.
  ///
  /// - Parameters:
  ///   - pair: `[2, 3, …]`: the image and its mirror image, normalised, padded at right and bottom.
  ///   - height: The number of rows of the maps that belong to the image.
  ///   - width: The number of columns of the maps that belong to the image.
  /// - Returns: The boundary map `[1, height, width]` in `0...1`, and the displacement field
  ///   `[2, height, width]` of the image itself, its mean over the training set subtracted.
  /// - Throws: An error of the tensor engine.
  func inference(
    _ pair: Tensor, height: Int, width: Int
  ) throws -> (boundary: Tensor, displacement: Tensor) {
    let (boundary, displacement) = try self(pair)
    let edges = try boundary.cropped(height, width)
    let logits = try edges[0] / 2.0 + edges[1].flipped(along: 2) / 2.0
    let shift = try meanDisplacement.value.reshaped([2, 1, 1])
    return (try logits.sigmoid(), try displacement.cropped(height, width)[0] - shift)
  }
}

/// A 1×1 convolution, group norm, resampling and ReLU, in this order.
struct NormedConvolution {
  let convolution: Conv2D
  let norm: GroupNorm

  init(_ path: ParameterPath, inChannels: Int, outChannels: Int, groups: Int) throws {
    convolution = try Conv2D(
      path / "0", inChannels: inChannels, outChannels: outChannels, kernel: 1, bias: false)
    norm = try GroupNorm(path / "1", groups: groups, channels: outChannels)
  }

  func callAsFunction(_ input: Tensor, scale: Double) throws -> Tensor {
    let x = try norm(convolution(input))
    return try (scale == 1 ? x : x.interpolated(scale: scale, mode: .bilinear)).relu()
  }
}
