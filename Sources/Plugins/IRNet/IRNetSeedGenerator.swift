import CoreAPI
import Essentials
import Imaging
import Networks
import TensorFiles
import Tensors

/// IRNet's CAM stage: a classifier with frozen front stages and multi-scale class activation maps.
final class IRNetSeedGenerator: SeedGenerator {
  let parameters: ParameterStore
  private(set) var supervision: [SupervisionRecord] = []
  var batchSizes: [Int] { [configuration.batchSize] }

  private let configuration: ActivationConfiguration
  private let network: ActivationNetwork
  private let context: any Context
  private let device: Device
  private let normalization: Normalization

  init(_ configuration: ActivationConfiguration, _ part: PartContext) throws {
    self.configuration = configuration
    context = part.context
    device = part.device
    normalization = configuration.input.normalization
    parameters = ParameterStore(seed: part.seed, device: part.device)
    let prefix = configuration.backbone.rawValue
    network = try ActivationNetwork(
      parameters, backbone: configuration.backbone.make(parameters.root / prefix),
      frozenStages: configuration.frozenStages, classCount: part.classes.foregroundCount,
      context: part.context)
    if !configuration.weights.isEmpty {
      supervision.append(
        try configuration.backbone.loadWeights(
          configuration.weights, at: prefix, input: configuration.input, into: parameters,
          use: "IRNet classifier"
        ).record)
    }
  }

  func train(on set: TrainingSet, in environment: TrainingEnvironment) throws {
    let augmentation = TrainingAugmentation(
      resize: .longSide(configuration.longerSide, rounding: .factor), flipProbability: 0.5,
      normalization: normalization,
      crop: RandomCrop(
        size: ImageSize(width: configuration.cropSize, height: configuration.cropSize),
        placement: .anywhere))
    try train(sampleCount: set.count, in: environment) { index, stream in
      ClassificationSample(
        id: set.ids[index], labels: try set.labels(index).vector,
        view: augmentation(try set.image(index), using: &stream))
    }
  }

  /// Trains on samples of any origin, for example those that another program drew.
  ///
  /// - Parameters:
  ///   - sampleCount: The number of samples of an epoch, before incomplete batches are dropped.
  ///   - environment: Seed, progress, and the folder for checkpoints.
  ///   - prepare: Returns the sample at an index of the epoch's order.
  /// - Throws: The errors of ``TrainingLoop``.
  func train(
    sampleCount: Int, in environment: TrainingEnvironment,
    prepare: @escaping @Sendable (Int, inout RandomStream) throws -> ClassificationSample
  ) throws {
    let configuration = configuration
    let loop = TrainingLoop(
      batchSize: configuration.batchSize, length: .epochs(configuration.epochs))
    let frozen = network.frozenPrefixes(below: "\(configuration.backbone.rawValue).")
    let trained = parameters.parameters.filter { parameter in
      parameter.isTrainable && !frozen.contains { parameter.name.hasPrefix($0) }
    }
    let groups = [
      ParameterGroup(
        trained.filter { !$0.name.hasPrefix("classifier.") }, weightDecay: configuration.weightDecay
      ),
      ParameterGroup(
        trained.filter { $0.name.hasPrefix("classifier.") },
        rateMultiplier: configuration.headRateMultiplier, weightDecay: configuration.weightDecay),
    ]
    try loop.run(
      sampleCount: sampleCount,
      optimizer: configuration.optimizer.make(
        groups: groups + context.parameterGroups, momentum: configuration.momentum),
      schedule: PolynomialSchedule(
        initialRate: configuration.rate, power: configuration.power,
        stepCount: loop.stepCount(for: sampleCount)),
      stores: [parameters] + (context.parameters.map { [$0] } ?? []), in: environment,
      prepare: prepare,
      loss: { batch in
        let images = try Tensor.batch(batch.map(\.view.image), on: device)
        let labels = try Tensor(
          batch.flatMap(\.labels), shape: [batch.count, network.classCount], on: device)
        let ports = try context.bound(
          to: ContextBatch(ids: batch.map(\.id), geometries: batch.map(\.view.geometry)))
        let logits = try withAutocast(environment.autocast, on: device) {
          try network.logits(images, ports: ports, statistics: .batch)
        }
        return try Tensor.multilabelSoftMarginLoss(logits.to(.float32), labels)
      },
      statistics: context)
  }

  func seed(
    for image: RGBImage, id: String, labels: ImageLabels, in environment: TrainingEnvironment
  ) throws -> Seed {
    try withoutGradient {
      try MultiScaleActivation(scales: configuration.scales, normalization: normalization).seed(
        of: image, labels: labels, on: device
      ) { pair, geometries in
        let ports = try context.bound(to: ContextBatch(ids: [id, id], geometries: geometries))
        return try withAutocast(environment.autocast, on: device) {
          try network.activation(pair, ports: ports)
        }
      }
    }
  }
}

/// A training image as the classifier sees it.
struct ClassificationSample: Sendable {
  var id: String
  var labels: [Float]
  var view: AugmentedSample
}
