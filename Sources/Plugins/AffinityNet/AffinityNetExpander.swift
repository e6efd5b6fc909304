import CoreAPI
import Essentials
import Imaging
import Networks
import TensorFiles
import Tensors

/// AffinityNet: learns which neighbouring pixels belong together, and lets seeds walk between them.
final class AffinityNetExpander: Expander {
  let parameters: ParameterStore
  private(set) var supervision: [SupervisionRecord] = []
  let network: AffinityNetwork
  var batchSizes: [Int] { [configuration.batchSize] }

  private let configuration: AffinityNetConfiguration
  private let device: Device
  private let normalization: Normalization
  private let trunk: BackboneWithHeads

  init(_ configuration: AffinityNetConfiguration, _ part: PartContext) throws {
    self.configuration = configuration
    device = part.device
    normalization = configuration.input.normalization
    parameters = ParameterStore(seed: part.seed, device: part.device)
    trunk = try BackboneWithHeads(
      configuration.backbone, in: parameters, headPaths: AffinityNetwork.headPaths)
    network = try AffinityNetwork(
      parameters, backbone: trunk.backbone,
      frozenStages: configuration.frozenStages, featureWidth: configuration.featureWidth)
    supervision = [
      ("sure foreground", configuration.lowBackgroundExponent),
      ("sure background", configuration.highBackgroundExponent),
      ("background of pseudo-masks", configuration.maskBackgroundExponent),
    ].map { use, value in
      SupervisionRecord(
        kind: "threshold", use: "AffinityNet, exponent of the background score: \(use)",
        source: "\(value)")
    }
    if !configuration.weights.isEmpty {
      supervision.append(
        try trunk.loadWeights(
          configuration.weights, input: configuration.input, use: "AffinityNet"))
    }
  }

  func train(
    on set: TrainingSet, seeds: any SeedSource, in environment: TrainingEnvironment
  ) throws {
    let scores = try scores(of: set, seeds: seeds, in: environment)
    let side = configuration.cropSize / network.stride
    let pairs = PixelPairs(height: side, width: side, radius: configuration.radius)
    let augmentation = ScoreAugmentation(
      cropSize: configuration.cropSize, stride: network.stride,
      colors: configuration.jittersColors ? .jitter(.seam) : nil, normalization: normalization)
    let loop = TrainingLoop(
      batchSize: configuration.batchSize, length: .epochs(configuration.epochs))
    try loop.run(
      sampleCount: set.count,
      optimizer: configuration.optimizer.make(
        groups: trunk.parameterGroups(
          headRateMultiplier: configuration.headRateMultiplier,
          weightDecay: configuration.weightDecay),
        momentum: configuration.momentum),
      schedule: PolynomialSchedule(
        initialRate: configuration.rate, power: configuration.power,
        stepCount: loop.stepCount(for: set.count)),
      stores: [parameters], in: environment,
      prepare: { index, stream in
        augmentation(
          try set.image(index), scores: try scores.scores(of: set.ids[index]), using: &stream)
      },
      loss: { batch in
        let features = try network.features(
          Tensor.batch(batch.map(\.image), on: device), statistics: .batch,
          sampleSeeds: batch.map(\.dropoutSeed), autocast: environment.autocast)
        let labels = try pairs.labels(Tensor.labels(batch.map(\.labels), on: device))
        return try AffinityLoss()(pairs.affinities(features), labels: labels).total
      })
  }

  func expand(
    _ seed: Seed, in image: RGBImage, environment: TrainingEnvironment
  ) throws -> PseudoMask {
    let cam = seed.fullResolution
    guard !cam.classes.isEmpty else {
      return PseudoMask(
        labelMap: LabelMap(width: image.width, height: image.height, filledWith: 0))
    }
    let propagation = AffinityPropagation(
      stride: network.stride, backgroundExponent: configuration.maskBackgroundExponent,
      affinityExponent: configuration.affinityExponent, doublings: configuration.walkDoublings)
    let (pairs, affinities) = try affinities(of: image, environment: environment)
    let scores = propagation.walked(
      propagation.pooledScores(cam), affinities: affinities, offsets: pairs.offsets)
    let enlarged = try propagation.enlarged(scores, to: image.size)
    let positions: LabelMap
    if let crf = configuration.crf {
      try DenseCRF.check(image.size, parameters: crf)
      positions = DenseCRF(image: image, parameters: crf).labels(
        .fromSoftmax(try enlarged.floats(), labelCount: cam.classes.count + 1))
    } else {
      positions = try LabelMap(highestOf: enlarged)
    }
    return PseudoMask(labelMap: positions.classIndices(among: cam.classes))
  }

  /// Returns the affinities of an image, padded with zeros to whole steps of the map.
  func affinities(
    of image: RGBImage, environment: TrainingEnvironment
  ) throws -> (pairs: PixelPairs, planes: [Float]) {
    try withoutGradient {
      let size = image.size.roundedUp(toMultipleOf: network.stride)
      let padded = try Tensor.batch([normalization(image)], on: device)
        .padded([0, size.width - image.width, 0, size.height - image.height])
      let features = try network.features(padded, autocast: environment.autocast)
      let pairs = PixelPairs(
        height: features.shape[2], width: features.shape[3], radius: configuration.radius)
      guard !pairs.offsets.isEmpty else { return (pairs, []) }
      return (pairs, try pairs.planes(pairs.affinities(features)))
    }
  }

  /// Makes the scores of all training images, on disk, where an interrupted run finds them again.
  private func scores(
    of set: TrainingSet, seeds: any SeedSource, in environment: TrainingEnvironment
  ) throws -> ScoreFolder {
    let folder = ScoreFolder(path: "\(environment.workDirectory)/affinity-scores")
    let maker = AffinityLabels(
      lowExponent: configuration.lowBackgroundExponent,
      highExponent: configuration.highBackgroundExponent, crf: configuration.labelCRF)
    var environment = environment
    environment.stage += " · labels"
    try ImageSweep.runConcurrently(
      over: set.ids, in: environment, isDone: { folder.contains($0) }
    ) { index, id in
      let cam = try seeds.seed(of: id).fullResolution
      let image = try set.image(index)
      try DenseCRF.check(image.size, parameters: maker.crf)
      try folder.write(maker.scores(cam, image: image), of: id)
    }
    return folder
  }
}
