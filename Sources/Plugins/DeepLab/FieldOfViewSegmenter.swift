import CoreAPI
import Imaging
import Networks
import Tensors

/// DeepLab-v1 trained on pseudo-masks.
final class FieldOfViewSegmenter: Segmenter {
  let parameters: ParameterStore
  private(set) var supervision: [SupervisionRecord] = []
  let network: FieldOfViewNetwork
  var batchSizes: [Int] { [configuration.batchSize] }

  private let configuration: FieldOfViewConfiguration
  private let device: Device
  private let normalization: Normalization

  init(_ configuration: FieldOfViewConfiguration, _ part: PartContext) throws {
    self.configuration = configuration
    device = part.device
    normalization = configuration.input.normalization
    parameters = ParameterStore(seed: part.seed, device: part.device)
    network = try FieldOfViewNetwork(
      parameters, configuration, classCount: part.classes.names.count)
    if !configuration.weights.isEmpty {
      supervision.append(
        try configuration.backbone.loadWeights(
          configuration.weights, at: "backbone", input: configuration.input, into: parameters,
          use: "DeepLab-v1"
        ).record)
    }
  }

  func train(
    on set: TrainingSet, pseudoMasks: any PseudoMaskSource, in environment: TrainingEnvironment
  ) throws {
    try PseudoMaskTraining(
      loop: TrainingLoop(
        batchSize: configuration.batchSize, length: .steps(configuration.steps)),
      augmentation: TrainingAugmentation(
        resize: .factor(configuration.trainingScales), interpolation: .bilinear,
        flipProbability: 0.5, normalization: normalization,
        crop: RandomCrop(
          size: ImageSize(width: configuration.cropSize, height: configuration.cropSize),
          placement: .anywhere),
        colors: configuration.colorShift > 0 ? .shift(configuration.colorShift) : nil),
      optimizer: configuration.optimizer.make(
        groups: parameterGroups, momentum: configuration.momentum),
      schedule: PolynomialSchedule(
        // The reference divides by one step more than it takes.
        initialRate: configuration.rate, power: configuration.power,
        stepCount: configuration.steps + 1)
    ).run(parameters, on: set, pseudoMasks: pseudoMasks, in: environment) { batch in
      let images = try Tensor.batch(batch.map(\.image), on: device)
      let scores = try withAutocast(environment.autocast, on: device) {
        try network.scores(
          images, statistics: .batch, sampleSeeds: batch.map(\.dropoutSeed))
      }
      return try loss(scores, labels: batch.map(\.labels))
    }
  }

  func segment(_ image: RGBImage, in environment: TrainingEnvironment) throws -> LabelMap {
    try withoutGradient {
      let scores = try meanScores(of: image, in: environment)
      guard let crf = configuration.crf else { return try LabelMap(highestOf: scores) }
      let probabilities = try scores.softmax(along: 1).floats()
      try DenseCRF.check(image.size, parameters: crf)
      return DenseCRF(image: image, parameters: crf).labels(
        UnaryEnergies.fromSoftmax(probabilities, labelCount: scores.shape[1]))
    }
  }

  /// Returns the cross entropy of scores enlarged, corner to corner, to the size of their labels.
  func loss(_ scores: Tensor, labels: [LabelMap]) throws -> Tensor {
    let target = try Tensor.labels(labels, on: device)
    return try Tensor.crossEntropy(
      scores.interpolated(to: (target.shape[1], target.shape[2]), alignCorners: true), target,
      ignoreIndex: Int(LabelMap.ignoreIndex))
  }

  /// Returns the mean of the scores over all scales and mirror images, `[1, classes, height, width]`.
  private func meanScores(
    of image: RGBImage, in environment: TrainingEnvironment
  ) throws -> Tensor {
    var sum = try Tensor.zeros([1, 1, image.height, image.width], on: device)
    for scale in configuration.scales {
      let resized = image.resized(
        to: image.size.scaled(by: scale), resampling: .bilinearWithoutAntialiasing)
      let pair = try Tensor.mirroredPair(normalization(resized), on: device)
      let scores = try withAutocast(environment.autocast, on: device) {
        try network.scores(pair)
      }.interpolated(to: (image.height, image.width), alignCorners: true)
      let mirrored = try scores.narrow(along: 0, from: 1, count: 1).flipped(along: 3)
      sum = try sum + scores.narrow(along: 0, from: 0, count: 1) + mirrored
    }
    return try sum / Double(2 * configuration.scales.count)
  }

  /// Weights and biases of backbone and head, each with its own rate.
  ///
  /// As in the reference, scale and shift of batch norm belong to no group; only the tiny net, which
  /// has no pretrained ones, trains its own, without decay.
  var parameterGroups: [ParameterGroup] {
    func trained(_ roles: Parameter.Role..., inBackbone: Bool) -> [Parameter] {
      parameters.parameters.filter {
        roles.contains($0.role) && $0.name.hasPrefix("backbone.") == inBackbone
      }
    }
    let decay = configuration.weightDecay
    let multiplier = configuration.headRateMultiplier
    var groups = [
      ParameterGroup(trained(.weight, inBackbone: true), weightDecay: decay),
      ParameterGroup(trained(.bias, inBackbone: true), rateMultiplier: 2),
      ParameterGroup(
        trained(.weight, inBackbone: false), rateMultiplier: multiplier, weightDecay: decay),
      ParameterGroup(trained(.bias, inBackbone: false), rateMultiplier: 2 * multiplier),
    ]
    if configuration.backbone == .tiny {
      groups.append(ParameterGroup(trained(.normScale, .normShift, inBackbone: true)))
    }
    return groups
  }
}
