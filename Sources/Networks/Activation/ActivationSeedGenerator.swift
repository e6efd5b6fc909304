public import CoreAPI
import Essentials
public import Imaging
import TensorFiles
public import Tensors

/// The CAM network of SEC and DSRG: VGG-16 without its last two pools, and a linear classifier.
///
/// The class score is linear in the mean map, so the classifier's weights at every position give
/// the class activation maps. Both methods register it, each under its name.
///
/// # Source
///
/// Kolesnikov and Lampert, ECCV 2016, section 3.1; Huang et al., CVPR 2018, section 4.1; Zhou et
/// al., CVPR 2016.
public final class ActivationSeedGenerator: SeedGenerator {
  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public let parameters: ParameterStore
  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public private(set) var supervision: [SupervisionRecord] = []
  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public var batchSizes: [Int] { [configuration.batchSize] }

  private let configuration: ActivationSeedConfiguration
  private let backbone: any Backbone
  private let head: ActivationHead
  private let context: any Context
  private let device: Device
  private let normalization: Normalization

  /// Creates the network with random or pretrained weights.
  ///
  /// - Parameters:
  ///   - configuration: The network, its training and its inference.
  ///   - part: The classes, the seed, the device and what enters through the ports.
  ///   - method: The method's name, for the supervision record.
  /// - Throws: An error that names the file if pretrained weights do not fit, `CoreError` if the
  ///   context cannot enter at a port, or an error of the tensor engine.
  public init(
    _ configuration: ActivationSeedConfiguration, _ part: PartContext, method: String
  ) throws {
    self.configuration = configuration
    context = part.context
    device = part.device
    normalization = configuration.input.normalization
    parameters = ParameterStore(seed: part.seed, device: part.device)
    let prefix = configuration.backbone.rawValue
    backbone = try configuration.backbone.make(
      parameters.root / prefix, form: .activation, hasLastLayer: false)
    let channels = backbone.outputChannels
    head = try ActivationHead(
      parameters.root, inChannels: channels,
      extraInputChannels: try backbone.declarePorts(
        to: part.context, frozenStages: configuration.frozenStages) - channels,
      width: configuration.headWidth, classCount: part.classes.foregroundCount,
      dropout: configuration.dropout)
    if !configuration.weights.isEmpty {
      supervision.append(
        try configuration.backbone.loadWeights(
          configuration.weights, at: prefix, input: configuration.input, into: parameters,
          use: "\(method) classifier"
        ).record)
    }
  }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func train(on set: TrainingSet, in environment: TrainingEnvironment) throws {
    let augmentation = TrainingAugmentation(
      resize: .longSide(configuration.longerSide, rounding: .proportion), flipProbability: 0.5,
      normalization: normalization,
      crop: RandomCrop(
        size: ImageSize(width: configuration.cropSize, height: configuration.cropSize),
        placement: .anywhere))
    let loop = TrainingLoop(
      batchSize: configuration.batchSize, length: .epochs(configuration.epochs))
    try loop.run(
      sampleCount: set.count,
      optimizer: configuration.optimizer.make(
        groups: parameterGroups + context.parameterGroups, momentum: configuration.momentum,
        form: .caffe),
      schedule: PolynomialSchedule(
        initialRate: configuration.rate, power: configuration.power,
        stepCount: loop.stepCount(for: set.count)),
      stores: [parameters] + (context.parameters.map { [$0] } ?? []), in: environment,
      prepare: { index, stream in
        ClassificationSample(
          id: set.ids[index], labels: try set.labels(index).vector,
          view: augmentation(try set.image(index), using: &stream), dropoutSeed: stream.next())
      },
      loss: { batch in
        let images = try Tensor.batch(batch.map(\.view.image), on: device)
        let labels = try Tensor(
          batch.flatMap(\.labels), shape: [batch.count, set.classes.foregroundCount], on: device)
        let ports = try context.bound(
          to: ContextBatch(ids: batch.map(\.id), geometries: batch.map(\.view.geometry)))
        let logits = try withAutocast(environment.autocast, on: device) {
          try head.logits(
            features(images, ports: ports, statistics: .batch),
            sampleSeeds: batch.map(\.dropoutSeed))
        }
        return try Tensor.multilabelSoftMarginLoss(logits.to(.float32), labels)
      },
      statistics: context)
  }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func seed(
    for image: RGBImage, id: String, labels: ImageLabels, in environment: TrainingEnvironment
  ) throws -> Seed {
    let classes = labels.indices
    let quarter = image.size.strided(by: 4)
    let maps = classes.isEmpty ? nil : try activation(of: image, id: id, classes, in: environment)
    func map(_ size: ImageSize) -> ClassActivationMap {
      ClassActivationMap(
        classes: classes, height: size.height, width: size.width,
        scores: maps?.resized(to: size, coordinates: .corners).planes ?? []
      ).normalized()
    }
    return Seed(fullResolution: map(image.size), quarterResolution: map(quarter))
  }

  /// Returns the maps of an image's classes, at least 0, at the network's stride.
  private func activation(
    of image: RGBImage, id: String, _ classes: [Int], in environment: TrainingEnvironment
  ) throws -> PlanarImage {
    let rows = try Tensor(classes.map { Int64($0 - 1) }, shape: [classes.count], on: device)
    return try withoutGradient {
      var sum: Tensor?
      for scale in configuration.scales {
        let side = Int((Double(configuration.inputSize) * scale).rounded())
        let size = ImageSize(width: side, height: side)
        let input = normalization(
          image.resized(to: size, resampling: .bilinearWithoutAntialiasing))
        let ports = try context.bound(
          to: ContextBatch(ids: [id], geometries: [ImageGeometry(wholeFrameIn: size)]))
        let maps = try withAutocast(environment.autocast, on: device) {
          try head.activation(
            features(Tensor.batch([input], on: device), ports: ports, statistics: .stored))
        }.to(.float32).indexSelected(along: 1, indices: rows).relu()
        // The first scale's grid is the one that all are brought to.
        sum =
          try sum.map {
            try $0 + maps.interpolated(to: ($0.shape[2], $0.shape[3]), alignCorners: true)
          } ?? maps
      }
      guard let sum else { preconditionFailure("The configuration has at least one scale") }
      return PlanarImage(
        channels: classes.count, height: sum.size(of: 2), width: sum.size(of: 3),
        planes: try sum.floats())
    }
  }

  private func features(
    _ images: Tensor, ports: any BoundContext, statistics: BatchNorm2D.Statistics
  ) throws -> Tensor {
    try backbone.features(
      of: images, frozenStages: configuration.frozenStages, ports: ports, statistics: statistics)
  }

  /// What is trained; frozen stages get no gradient, which optimizers pass over.
  private var parameterGroups: [ParameterGroup] {
    parameters.weightAndBiasGroups(
      headPrefixes: ["fc6_CAM.", "fc7_CAM.", "scores."],
      headRateMultiplier: configuration.headRateMultiplier, weightDecay: configuration.weightDecay)
  }
}

/// A training image as the classifier sees it.
private struct ClassificationSample: Sendable {
  var id: String
  var labels: [Float]
  var view: AugmentedSample
  var dropoutSeed: UInt64
}
