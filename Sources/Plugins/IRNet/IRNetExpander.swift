import CoreAPI
import Essentials
import Foundation
import Imaging
import Networks
import TensorFiles
import Tensors

/// IRNet's expander: learns class boundaries from seeds and lets them guide a random walk.
final class IRNetExpander: Expander {
  let parameters: ParameterStore
  private(set) var supervision: [SupervisionRecord] = []
  let network: BoundaryDisplacementNetwork
  var batchSizes: [Int] { [configuration.batchSize] }

  private let configuration: RelationConfiguration
  private let classCount: Int
  private let device: Device
  private let normalization: Normalization

  init(_ configuration: RelationConfiguration, _ part: PartContext) throws {
    self.configuration = configuration
    classCount = part.classes.names.count
    device = part.device
    normalization = configuration.input.normalization
    parameters = ParameterStore(seed: part.seed, device: part.device)
    let prefix = configuration.backbone.rawValue
    let backbone = try configuration.backbone.make(parameters.root / prefix)
    network = try BoundaryDisplacementNetwork(
      parameters, backbone: backbone, trainsBackbone: configuration.trainsBackbone,
      widths: configuration.backbone == .resNet50
        ? .resNet50 : .light(levelCount: backbone.stages.count))
    supervision = [
      ("sure foreground", configuration.foregroundThreshold),
      ("sure background", configuration.backgroundThreshold),
      ("background of pseudo-masks", configuration.maskBackgroundScore),
    ].map { use, value in
      SupervisionRecord(
        kind: "threshold", use: "IRNet, background score: \(use)", source: "\(value)")
    }
    if !configuration.weights.isEmpty {
      supervision.append(
        try configuration.backbone.loadWeights(
          configuration.weights, at: prefix, input: configuration.input, into: parameters,
          use: "IRNet boundaries"
        ).record)
    }
  }

  func train(
    on set: TrainingSet, seeds: any SeedSource, in environment: TrainingEnvironment
  ) throws {
    let labels = try interPixelLabels(of: set, seeds: seeds, in: environment)
    let mapSize = configuration.cropSize / BoundaryDisplacementNetwork.stride
    let loss = InterPixelRelationLoss(
      pairs: PixelPairs(radius: configuration.trainingRadius, height: mapSize, width: mapSize),
      classCount: classCount)
    let configuration = configuration
    let augmentation = TrainingAugmentation(
      resize: .factor(configuration.scales), flipProbability: 0.5, normalization: normalization,
      crop: RandomCrop(
        size: ImageSize(width: configuration.cropSize, height: configuration.cropSize),
        placement: .anywhere))
    let loop = TrainingLoop(
      batchSize: configuration.batchSize, length: .epochs(configuration.epochs))
    try loop.run(
      sampleCount: set.count,
      optimizer: configuration.optimizer.make(
        groups: parameterGroups, momentum: configuration.momentum),
      schedule: PolynomialSchedule(
        initialRate: configuration.rate, power: configuration.power,
        stepCount: loop.stepCount(for: set.count)),
      stores: [parameters], in: environment,
      prepare: { index, stream in
        augmentation(
          try set.image(index), labels: try labels.labelMap(of: set.ids[index]), using: &stream)
      },
      loss: { batch in
        let images = try Tensor.batch(batch.map(\.image), on: device)
        let labels = batch.compactMap {
          $0.labels?.resized(to: ImageSize(width: mapSize, height: mapSize))
        }
        let (boundary, displacement) = try withAutocast(environment.autocast, on: device) {
          try network(images, statistics: .batch)
        }
        return try loss(
          boundary: boundary.to(.float32), displacement: displacement.to(.float32),
          labels: labels
        ).total
      })
    if configuration.measuresMeanDisplacement {
      try measureMeanDisplacement(over: set, in: environment)
    }
  }

  func expand(
    _ seed: Seed, in image: RGBImage, environment: TrainingEnvironment
  ) throws -> PseudoMask {
    let cam = seed.quarterResolution
    let boundary = try boundaryMap(of: image, environment: environment)
    return PseudoMask(
      labelMap: try walked(cam, boundary: boundary, size: image.size)
        .labelMap(backgroundScore: Float(configuration.maskBackgroundScore)))
  }

  /// Returns the boundary map of an image, `[ceil(height / 4), ceil(width / 4)]` in `0...1`.
  func boundaryMap(of image: RGBImage, environment: TrainingEnvironment) throws -> [Float] {
    try withoutGradient {
      let pair = try Tensor.mirroredPair(normalization(image), on: device)
      // The reference pads to 512 and crops what is larger; larger images are padded to their own
      // next multiple of 16 instead.
      let height = max(configuration.paddedSize, (image.height + 15) / 16 * 16)
      let width = max(configuration.paddedSize, (image.width + 15) / 16 * 16)
      let padded = try pair.padded([0, width - image.width, 0, height - image.height], value: 0)
      let size = image.size.strided(by: BoundaryDisplacementNetwork.stride)
      return try withAutocast(environment.autocast, on: device) {
        try network.inference(padded, height: size.height, width: size.width).boundary
      }.to(.float32).floats()
    }
  }

  /// Returns a quarter-resolution map after the random walk, enlarged to its image's size and
  /// divided by its maximum.
  func walked(
    _ cam: ClassActivationMap, boundary: [Float], size: ImageSize
  ) throws -> ClassActivationMap {
    guard !cam.classes.isEmpty else {
      return ClassActivationMap(classes: [], height: size.height, width: size.width, scores: [])
    }
    let walk = RandomWalk(
      boundaryMap: boundary, height: cam.height, width: cam.width,
      radius: configuration.walkRadius, affinityExponent: configuration.affinityExponent)
    let scores = walk.propagate(cam.scores, doublings: configuration.walkDoublings)
    let enlarged = try Tensor(scores, shape: [1, cam.classes.count, cam.height, cam.width])
      .interpolated(scale: 4, mode: .bilinear).cropped(size.height, size.width).floats()
    // A map without any activation stays 0.
    let divisor = enlarged.max().flatMap { $0 > 0 ? $0 : nil } ?? 1
    return ClassActivationMap(
      classes: cam.classes, height: size.height, width: size.width,
      scores: enlarged.map { $0 / divisor })
  }

  /// Boundary and displacement branches, and the backbone if it is trained.
  private var parameterGroups: [ParameterGroup] {
    let decay = configuration.weightDecay
    func group(_ prefix: String, _ multiplier: Double) -> ParameterGroup {
      ParameterGroup(
        parameters.parameters.filter { $0.isTrainable && $0.name.hasPrefix(prefix) },
        rateMultiplier: multiplier, weightDecay: decay)
    }
    var groups = [group("fc_edge", 1), group("fc_dp", configuration.displacementRateMultiplier)]
    if configuration.trainsBackbone { groups.append(group(configuration.backbone.rawValue, 1)) }
    return groups
  }

  /// Makes the labels of all training images, on disk, where an interrupted run finds them again.
  private func interPixelLabels(
    of set: TrainingSet, seeds: any SeedSource, in environment: TrainingEnvironment
  ) throws -> LabelFolder {
    let folder = LabelFolder(path: "\(environment.workDirectory)/inter-pixel-labels")
    let maker = InterPixelLabels(
      foregroundThreshold: Float(configuration.foregroundThreshold),
      backgroundThreshold: Float(configuration.backgroundThreshold),
      crf: configuration.labelCRF)
    var environment = environment
    environment.stage += " · labels"
    try ImageSweep.runConcurrently(
      over: set.ids, in: environment, isDone: { folder.contains($0) }
    ) { index, id in
      let cam = try seeds.seed(of: id).fullResolution
      let image = try set.image(index)
      try DenseCRF.check(image.size, parameters: maker.crf)
      try maker(cam, image: image).write(to: folder.file(of: id))
    }
    return folder
  }

  /// Sets the mean displacement over top-left crops of the training images.
  ///
  /// Displacements find the centres of instances; pseudo-masks do not need them.
  ///
  /// # Source
  ///
  /// `jiwoon-ahn/irn step/train_irn.py`: after training, mean over batches of the mean displacement.
  private func measureMeanDisplacement(
    over set: TrainingSet, in environment: TrainingEnvironment
  ) throws {
    var environment = environment
    environment.stage += " · mean displacement"
    var sum = [0.0, 0.0]
    let count = min(set.count, environment.stepLimit ?? .max)
    try ImageSweep.run(
      over: Array(set.ids.prefix(count)), in: environment, isDone: { _ in false }
    ) { index, _ in
      let image = normalization(try set.image(index))
      let view = image.cropped(
        to: CropWindow(
          of: image.size,
          to: ImageSize(width: configuration.cropSize, height: configuration.cropSize)))
      let mean = try withoutGradient {
        try withAutocast(environment.autocast, on: device) {
          try network(Tensor.batch([view], on: device)).displacement
        }.to(.float32).mean(along: [0, 2, 3]).floats()
      }
      sum[0] += Double(mean[0])
      sum[1] += Double(mean[1])
    }
    try withoutGradient {
      try network.meanDisplacement.value.copy(
        from: Tensor(sum.map { Float($0 / Double(count)) }, shape: [2], on: device))
    }
  }
}

/// A folder of label maps by identifier.
private struct LabelFolder: Sendable {
  let path: String

  func file(of id: String) -> String { "\(path)/\(id).png" }
  func contains(_ id: String) -> Bool { FileManager.default.fileExists(atPath: file(of: id)) }
  func labelMap(of id: String) throws -> LabelMap { try LabelMap(contentsOf: file(of: id)) }
}
