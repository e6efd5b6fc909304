public import CoreAPI
public import Imaging
public import Tensors

/// The smallest seed generator that keeps the contract: one convolution, one port, one linear layer.
///
/// A start for plugins of one's own, and the base of deliberately broken ones.
open class MinimalSeedGenerator: SeedGenerator {
  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public let parameters: ParameterStore
  /// What enters through the port.
  public let context: any Context
  private let stem: Conv2D
  private let head: Conv2D
  private let device: Device

  /// Nothing but the training set.
  open var supervision: [SupervisionRecord] { [] }

  /// Creates the generator with random weights.
  ///
  /// - Parameter part: Classes, seed, device and context.
  /// - Throws: An error of the tensor engine.
  public init(_ part: PartContext) throws {
    context = part.context
    device = part.device
    parameters = ParameterStore(seed: part.seed, device: part.device)
    stem = try Conv2D(
      parameters.root / "stem", inChannels: 3, outChannels: 8, kernel: 3, stride: 4, padding: 1)
    let width = try part.context.channels(leaving: .block5, of: 8)
    head = try Conv2D(
      parameters.root / "head", inChannels: 8, outChannels: part.classes.foregroundCount, kernel: 1,
      bias: false, extraInputChannels: width - 8)
  }

  /// Returns class scores at every position.
  ///
  /// - Parameters:
  ///   - images: `[batch, 3, height, width]`.
  ///   - batch: Which samples these are, and how they are shown.
  /// - Returns: `[batch, classes, height / 4, width / 4]`.
  /// - Throws: An error of the tensor engine or of the context.
  open func scores(_ images: Tensor, of batch: ContextBatch) throws -> Tensor {
    let ports = try context.bound(to: batch)
    return try head(ports.apply(.block5, to: stem(images).relu()))
  }

  /// Everything that a checkpoint of the training holds.
  open var checkpointedStores: [ParameterStore] {
    [parameters] + (context.parameters.map { [$0] } ?? [])
  }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  open func train(on set: TrainingSet, in environment: TrainingEnvironment) throws {
    let augmentation = TrainingAugmentation(
      flipProbability: 0.5, normalization: .imageNet,
      crop: RandomCrop(size: ImageSize(width: 32, height: 32), placement: .anywhere))
    try TrainingLoop(batchSize: 4, length: .epochs(2)).run(
      sampleCount: set.count,
      optimizer: SGD(
        groups: [ParameterGroup(parameters.parameters)] + context.parameterGroups, momentum: 0.9),
      schedule: PolynomialSchedule(initialRate: 0.1, power: 0.9, stepCount: 4),
      stores: checkpointedStores, in: environment,
      prepare: { index, stream in
        (
          id: set.ids[index], labels: try set.labels(index).vector,
          view: augmentation(try set.image(index), using: &stream)
        )
      },
      loss: { [device] batch in
        let scores = try scores(
          Tensor.batch(batch.map(\.view.image), on: device),
          of: ContextBatch(ids: batch.map(\.id), geometries: batch.map(\.view.geometry)))
        return try Tensor.multilabelSoftMarginLoss(
          scores.mean(along: [2, 3]),
          Tensor(
            batch.flatMap(\.labels), shape: [batch.count, set.classes.foregroundCount], on: device))
      })
  }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  open func seed(
    for image: RGBImage, id: String, labels: ImageLabels, in environment: TrainingEnvironment
  ) throws -> Seed {
    let maps = try withoutGradient {
      try scores(
        Tensor.batch([Normalization.imageNet(image)], on: device),
        of: ContextBatch(ids: [id], geometries: [ImageGeometry(wholeFrameIn: image.size)])
      ).relu()
    }
    return Seed(
      fullResolution: try map(maps, labels: labels, size: image.size),
      quarterResolution: try map(maps, labels: labels, size: image.size.strided(by: 4)))
  }

  private func map(
    _ maps: Tensor, labels: ImageLabels, size: ImageSize
  ) throws -> ClassActivationMap {
    let planes = try maps.interpolated(to: (size.height, size.width)).floats()
    let area = size.width * size.height
    return ClassActivationMap(
      classes: labels.indices, height: size.height, width: size.width,
      scores: labels.indices.flatMap { planes[($0 - 1) * area..<$0 * area] }
    ).normalized()
  }
}
