import CoreAPI
import Essentials
import Imaging
import Tensors

@testable import Harness

/// Three masks of four classes and everything an intervention needs besides.
struct InterventionWorld {
  let configuration: InterventionConfiguration
  let masks: [String: LabelMap]
  let confounders: ConfounderSet
  /// Classes 1 and 3 in "a" and "b", no class in "c".
  let labels = [
    "a": ImageLabels(indices: [1, 3], foregroundCount: 4),
    "b": ImageLabels(indices: [1, 3], foregroundCount: 4),
    "c": ImageLabels(indices: [], foregroundCount: 4),
  ]

  /// Creates the world.
  ///
  /// `classOrder` renames class `classOrder[k] + 1` to `k + 1`.
  init(
    deviation: Double = 0.5, fusion: ContextFusion = .sharedConvolution3x3,
    scale: InterventionConfiguration.Scale = .equation3, encoding: MaskEncoding = .oneHot,
    control: InterventionControl = .none,
    contextMap: InterventionConfiguration.ContextMap = .adjustment,
    classOrder: [Int] = [0, 1, 2, 3]
  ) throws {
    var configuration = try InterventionConfiguration(
      ConfigurationReader(emptySectionAt: "intervention"))
    configuration.projectionDeviation = deviation
    configuration.fusion = fusion
    configuration.scale = scale
    configuration.encoding = encoding
    configuration.control = control
    configuration.contextMap = contextMap
    configuration.maskSize = 6
    self.configuration = configuration
    var masks: [String: LabelMap] = [:]
    var accumulator = ConfounderSet.Accumulator(classCount: 4, size: 6)
    for (index, id) in ["a", "b", "c"].enumerated() {
      var stream = RandomStream(seed: 9, "mask", index)
      let mask = LabelMap(
        width: 9, height: 7,
        indices: (0..<63).map { _ in
          let label = stream.integer(in: 0...4)
          return label == 0 ? 0 : UInt8((classOrder.firstIndex(of: label - 1) ?? 0) + 1)
        })
      masks[id] = mask
      accumulator.add(mask)
    }
    self.masks = masks
    confounders = accumulator.confounders(average: .imagesWithClass, prior: .uniform)
  }

  /// Returns the do-operator of this world.
  func `operator`() throws -> DoOperator {
    try DoOperator(
      configuration: configuration, confounders: confounders, masks: masks, labels: labels,
      seed: 5, device: .cpu)
  }

  /// Returns a batch that shows the whole of one image.
  func batch(_ id: String) -> ContextBatch {
    ContextBatch(
      ids: [id], geometries: [ImageGeometry(wholeFrameIn: ImageSize(width: 9, height: 7))])
  }

  /// Returns the channel that the fusion `widen` appends for one image.
  func appended(
    _ id: String, geometry: ImageGeometry? = nil, height: Int = 5, width: Int = 6
  ) throws -> [Float] {
    let context = try self.operator()
    _ = try context.channels(leaving: .block5, of: 1)
    let batch = geometry.map { ContextBatch(ids: [id], geometries: [$0]) } ?? batch(id)
    let fused = try context.bound(to: batch)
      .apply(.block5, to: Tensor.zeros([1, 1, height, width]))
    return try fused.narrow(along: 1, from: 1, count: 1).floats()
  }
}
