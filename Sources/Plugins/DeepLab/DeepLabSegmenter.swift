import CoreAPI
import Essentials
import Imaging
import Networks
import TensorFiles
import Tensors

/// DeepLab-v2 trained on pseudo-masks.
final class DeepLabSegmenter: Segmenter {
  let parameters: ParameterStore
  private(set) var supervision: [SupervisionRecord] = []
  let network: DeepLabNetwork
  var batchSizes: [Int] { [configuration.batchSize] }
  var samplesPerStep: Int { configuration.batchSize * configuration.accumulation }

  private let configuration: DeepLabConfiguration
  private let normalization: Normalization
  private let device: Device

  init(_ configuration: DeepLabConfiguration, _ part: PartContext) throws {
    self.configuration = configuration
    device = part.device
    parameters = ParameterStore(seed: part.seed, device: part.device)
    let base = parameters.root / "base"
    let file = configuration.weights
    func makeNetwork(_ trunk: DeepLabNetwork.Trunk) throws -> DeepLabNetwork {
      try DeepLabNetwork(
        base, trunk: trunk, classCount: part.classes.names.count,
        dilations: configuration.dilations, pyramid: configuration.pyramid)
    }
    switch configuration.backbone {
    case .resNet101, .resNet50:
      // The names in the file decide how the network is wired, so it is read first.
      let weights = file.isEmpty ? nil : try DeepLabResNetWeights(file)
      let publisher = weights?.publisher ?? .deepLab
      let isDeep = configuration.backbone == .resNet101
      normalization = publisher.normalization
      network = try makeNetwork(
        .dilatedResNet(
          try DeepLabResNet(
            base, blockCounts: [3, 4, isDeep ? 23 : 6, 3], wiring: publisher.wiring)))
      if let weights {
        supervision.append(
          try weights.load(
            at: "base", besides: "aspp", into: parameters,
            backbone: configuration.backbone.rawValue, use: "DeepLab-v2"))
      }
    case .mobileNetV2, .tiny:
      let kind: BackboneKind = configuration.backbone == .tiny ? .tiny : .mobileNetV2
      normalization = .imageNet
      network = try makeNetwork(
        .backbone(try kind.makeForSegmentation(base), frozenStages: configuration.frozenStages))
      if !file.isEmpty {
        supervision.append(
          try kind.loadWeights(
            file, at: "base", besides: ["base.aspp"], into: parameters, use: "DeepLab-v2"
          ).record)
      }
    }
  }

  func train(
    on set: TrainingSet, pseudoMasks: any PseudoMaskSource, in environment: TrainingEnvironment
  ) throws {
    let augmentation = TrainingAugmentation(
      resize: .oneOf(configuration.scales), interpolation: .bilinear, flipProbability: 0.5,
      normalization: normalization,
      crop: RandomCrop(
        size: ImageSize(width: configuration.cropSize, height: configuration.cropSize),
        placement: .topLeft))
    try PseudoMaskTraining(
      loop: TrainingLoop(
        batchSize: configuration.batchSize, accumulation: configuration.accumulation,
        length: .steps(configuration.steps)),
      augmentation: augmentation,
      optimizer: configuration.optimizer.make(
        groups: parameterGroups, momentum: configuration.momentum),
      schedule: PolynomialSchedule(
        initialRate: configuration.rate, power: configuration.power,
        stepCount: configuration.steps, interval: configuration.rateInterval)
    ).run(parameters, on: set, pseudoMasks: pseudoMasks, in: environment) { batch in
      let images = try Tensor.batch(batch.map(\.image), on: device)
      let outputs = try withAutocast(environment.autocast, on: device) {
        try network.pyramidScores(images, statistics: .batch)
      }
      return try pyramidLoss(outputs, labels: batch.map(\.labels))
    }
  }

  func segment(_ image: RGBImage, in environment: TrainingEnvironment) throws -> LabelMap {
    try withoutGradient {
      let input = try Tensor.batch([normalization(image)], on: device)
      let scores = try withAutocast(environment.autocast, on: device) {
        try network.pyramidScores(input)
      }
      guard let last = scores.last else {
        return LabelMap(width: image.width, height: image.height, filledWith: 0)
      }
      let enlarged = try last.to(.float32).interpolated(
        to: (image.height, image.width), mode: .bilinear)
      guard let crf = configuration.crf else { return try LabelMap(highestOf: enlarged) }
      let probabilities = try enlarged.softmax(along: 1).floats()
      try DenseCRF.check(image.size, parameters: crf)
      return DenseCRF(image: image, parameters: crf).labels(
        UnaryEnergies.fromSoftmax(probabilities, labelCount: enlarged.shape[1]))
    }
  }

  /// Returns the sum of the cross entropies of all outputs.
  ///
  /// Labels are resized to every output's size as PIL's nearest neighbour does.
  func pyramidLoss(_ outputs: [Tensor], labels: [LabelMap]) throws -> Tensor {
    let losses = try outputs.map { output in
      let size = ImageSize(width: output.shape[3], height: output.shape[2])
      let target = try Tensor.labels(labels.map { $0.resized(to: size) }, on: device)
      return try Tensor.crossEntropy(
        output.to(.float32), target, ignoreIndex: Int(LabelMap.ignoreIndex))
    }
    return try losses.dropFirst().reduce(losses[0]) { try $0 + $1 }
  }

  /// Backbone weights, head weights and head biases, each with its own rate.
  ///
  /// The dilated ResNet's batch norm is frozen; the light nets train theirs, without decay.
  var parameterGroups: [ParameterGroup] {
    let trainable = parameters.parameters.filter(\.isTrainable)
    let head = trainable.filter { $0.name.hasPrefix("base.aspp.") }
    let body = trainable.filter { !$0.name.hasPrefix("base.aspp.") }
    let decay = configuration.weightDecay
    let multiplier = configuration.headRateMultiplier
    var groups = [
      ParameterGroup(
        body.filter { $0.role == .weight }, weightDecay: decay),
      ParameterGroup(
        head.filter { $0.role == .weight }, rateMultiplier: multiplier,
        weightDecay: decay),
      ParameterGroup(
        head.filter { $0.role == .bias }, rateMultiplier: 2 * multiplier,
        weightDecay: 0),
    ]
    let norms = body.filter { $0.role != .weight }
    if !norms.isEmpty { groups.append(ParameterGroup(norms)) }
    return groups
  }
}
