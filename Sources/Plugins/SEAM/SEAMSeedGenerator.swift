import CoreAPI
import Essentials
import Imaging
import Networks
import TensorFiles
import Tensors

/// SEAM: a siamese classifier whose refined activation maps are the seed.
final class SEAMSeedGenerator: SeedGenerator {
  let parameters: ParameterStore
  private(set) var supervision: [SupervisionRecord] = []
  let network: EquivariantNetwork
  var batchSizes: [Int] { [configuration.batchSize] }

  private let configuration: SEAMConfiguration
  private let context: any Context
  private let device: Device
  private let normalization: Normalization
  private let trunk: BackboneWithHeads

  init(_ configuration: SEAMConfiguration, _ part: PartContext) throws {
    self.configuration = configuration
    context = part.context
    device = part.device
    normalization = configuration.input.normalization
    parameters = ParameterStore(seed: part.seed, device: part.device)
    trunk = try BackboneWithHeads(
      configuration.backbone, in: parameters, headPaths: EquivariantNetwork.headPaths)
    network = try EquivariantNetwork(
      parameters, backbone: trunk.backbone,
      frozenStages: configuration.frozenStages, classCount: part.classes.foregroundCount,
      dropout: configuration.dropout, context: part.context)
    if !configuration.weights.isEmpty {
      supervision.append(
        try trunk.loadWeights(
          configuration.weights, input: configuration.input, use: "SEAM classifier"))
    }
  }

  func train(on set: TrainingSet, in environment: TrainingEnvironment) throws {
    let configuration = configuration
    let augmentation = TrainingAugmentation(
      resize: .longSide(configuration.longerSide, rounding: .proportion), flipProbability: 0.5,
      normalization: normalization,
      crop: RandomCrop(
        size: ImageSize(width: configuration.cropSize, height: configuration.cropSize),
        placement: .anywhere),
      colors: configuration.jittersColors ? .jitter(.seam) : nil)
    let loop = TrainingLoop(
      batchSize: configuration.batchSize, length: .epochs(configuration.epochs))
    try loop.run(
      sampleCount: set.count,
      optimizer: configuration.optimizer.make(
        groups: trunk.parameterGroups(
          headRateMultiplier: configuration.headRateMultiplier,
          weightDecay: configuration.weightDecay) + context.parameterGroups,
        momentum: configuration.momentum),
      schedule: PolynomialSchedule(
        initialRate: configuration.rate, power: configuration.power,
        stepCount: loop.stepCount(for: set.count)),
      stores: [parameters] + (context.parameters.map { [$0] } ?? []), in: environment,
      prepare: { index, stream in
        TrainingSample(
          id: set.ids[index], labels: try set.labels(index).vector,
          view: augmentation(try set.image(index), using: &stream), dropoutSeed: stream.next())
      },
      loss: { batch in
        let images = try Tensor.batch(batch.map(\.view.image), on: device)
        let labels = try Tensor(
          batch.flatMap(\.labels), shape: [batch.count, set.classes.foregroundCount], on: device)
        return try loss(
          images, labels: labels, ids: batch.map(\.id), geometries: batch.map(\.view.geometry),
          dropoutSeeds: batch.map(\.dropoutSeed), statistics: .batch,
          autocast: environment.autocast
        ).total
      },
      statistics: context)
  }

  /// Returns the loss of a batch and of its smaller copy.
  ///
  /// - Parameters:
  ///   - images: `[batch, 3, height, width]`, normalised.
  ///   - labels: `[batch, classes]` of 0 and 1.
  ///   - ids: The samples' identifiers, by which their context is found.
  ///   - geometries: Where the samples' pixels come from.
  ///   - dropoutSeeds: A seed for every sample, nil for no dropout.
  ///   - statistics: Where the tiny net's batch norm takes its statistics from.
  ///   - autocast: The reduced precision of the backbone's convolutions.
  /// - Returns: The loss and its parts.
  /// - Throws: An error of the tensor engine.
  func loss(
    _ images: Tensor, labels: Tensor, ids: [String], geometries: [ImageGeometry],
    dropoutSeeds: [UInt64]?, statistics: BatchNorm2D.Statistics, autocast: DType? = nil
  ) throws -> EquivariantLoss.Terms {
    let copies = try images.interpolated(scale: configuration.smallScale, alignCorners: true)
    let copySize = ImageSize(width: copies.shape[3], height: copies.shape[2])
    let views: [(images: Tensor, geometries: [ImageGeometry], seeds: [UInt64]?)] = [
      (images, geometries, dropoutSeeds),
      (
        copies, geometries.map { $0.resized(to: copySize) },
        dropoutSeeds?.map {
          var stream = RandomStream(seed: $0, "smaller copy")
          return stream.next()
        }
      ),
    ]
    let maps = try views.map { view in
      let ports = try context.bound(to: ContextBatch(ids: ids, geometries: view.geometries))
      return try network(
        view.images, ports: ports, statistics: statistics, sampleSeeds: view.seeds,
        autocast: autocast
      ).resized(to: (view.images.shape[2], view.images.shape[3]))
    }
    return try EquivariantLoss(
      smallScale: configuration.smallScale, hardFraction: configuration.hardFraction,
      usesMinPooling: configuration.usesMinPooling
    )(large: maps[0], small: maps[1], labels: labels)
  }

  func seed(
    for image: RGBImage, id: String, labels: ImageLabels, in environment: TrainingEnvironment
  ) throws -> Seed {
    try withoutGradient {
      try MultiScaleRefinement(scales: configuration.scales, normalization: normalization).seed(
        of: image, labels: labels, on: device
      ) { pair, geometries in
        let ports = try context.bound(to: ContextBatch(ids: [id, id], geometries: geometries))
        return try network(pair, ports: ports, autocast: environment.autocast).refined
      }
    }
  }
}

/// A training image as the network sees it.
private struct TrainingSample: Sendable {
  var id: String
  var labels: [Float]
  var view: AugmentedSample
  var dropoutSeed: UInt64
}
