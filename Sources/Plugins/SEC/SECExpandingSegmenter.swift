import CoreAPI
import Essentials
import Foundation
import Imaging
import Networks
import TensorFiles
import Tensors

/// SEC's network: trained on localization cues, it expands seeds and segments images.
///
/// # Source
///
/// Kolesnikov and Lampert, "Seed, expand and constrain", ECCV 2016. `kolesman/SEC@c78419059f`.
final class SECExpandingSegmenter: ExpandingSegmenter, CueMaker {
  let parameters: ParameterStore
  private(set) var supervision: [SupervisionRecord] = []
  let network: SECNetwork
  var samplesPerStep: Int { max(configuration.batchSize, background?.samplesPerStep ?? 1) }

  private let configuration: SECConfiguration
  private let classCount: Int
  private let device: Device
  private let normalization: Normalization
  /// Nil where a file of cues makes it superfluous.
  private let background: BackgroundCues?

  init(_ configuration: SECConfiguration, _ part: PartContext) throws {
    self.configuration = configuration
    classCount = part.classes.names.count
    device = part.device
    normalization = configuration.input.normalization
    parameters = ParameterStore(seed: part.seed, device: part.device)
    network = try SECNetwork(parameters, configuration: configuration, classCount: classCount)
    if !configuration.weights.isEmpty {
      supervision.append(
        try configuration.backbone.loadWeights(
          configuration.weights, at: SECNetwork.prefix(of: configuration.backbone),
          besides: ["fc6", "fc7", "fc8"], into: parameters, use: "SEC"))
    }
    if configuration.cues.isEmpty {
      let background = try BackgroundCues(
        configuration.background, backbone: configuration.backbone,
        inputSize: configuration.inputImageSize, part: part, use: "SEC")
      self.background = background
      supervision += background.supervision
      supervision.append(
        SupervisionRecord(
          kind: "threshold", use: "SEC, share of a CAM's maximum for foreground cues",
          source: "\(configuration.foregroundThreshold)"))
    } else {
      background = nil
      supervision.append(
        SupervisionRecord(
          kind: "cues", use: "SEC", source: configuration.cues,
          hash: SHA256.hexDigest(of: try AtomicFile.read(configuration.cues))))
    }
  }
}

// MARK: - Cues

extension SECExpandingSegmenter {
  /// The size of the network's output, and of the cues.
  var gridSize: ImageSize {
    configuration.inputImageSize.strided(by: network.backbone.stages.last?.stride ?? 1)
  }

  func prepareCues(on set: TrainingSet, in environment: TrainingEnvironment) throws {
    try background?.train(on: set, in: environment)
  }

  func cues(from seed: Seed, of image: RGBImage, id: String) throws -> LocalizationCues {
    let cam = seed.quarterResolution
    let cells =
      try background?.cells(of: image, id: id, cam: cam, size: gridSize)
      ?? [Bool](repeating: false, count: gridSize.width * gridSize.height)
    return LocalizationCues(
      cam, threshold: configuration.foregroundThreshold, background: cells, size: gridSize,
      classCount: classCount)
  }
}

// MARK: - Training

extension SECExpandingSegmenter {
  func checkFiles(for images: TrainingSet) throws { try background?.checkFiles(for: images) }

  func train(
    on set: TrainingSet, seeds: any SeedSource, in environment: TrainingEnvironment
  ) throws {
    guard configuration.cues.isEmpty else {
      let file = try LocalizationCueFile(
        contentsOf: configuration.cues, list: configuration.cueList, classCount: classCount,
        size: ImageSize(width: configuration.cueGrid, height: configuration.cueGrid))
      let size = gridSize
      return try train(on: set, in: environment, name: "given") {
        try file.cues(of: $0).resized(to: size)
      }
    }
    try prepareCues(on: set, in: environment)
    // Training stopped after another number of steps makes other cues, and another network.
    let steps = background?.stepCount(for: set.count, in: environment) ?? 0
    let folder = CueFolder(
      path: "\(environment.workDirectory)/cues-\(steps)", classCount: classCount)
    var sweep = environment
    sweep.stage += " · cues"
    try ImageSweep.run(over: set.ids, in: sweep, isDone: { folder.contains($0) }) { index, id in
      try folder.write(cues(from: seeds.seed(of: id), of: set.image(index), id: id), of: id)
    }
    try train(on: set, in: environment, name: "\(steps)") { try folder.cues(of: $0) }
  }

  func train(
    on set: TrainingSet, pseudoMasks: any PseudoMaskSource, in environment: TrainingEnvironment
  ) throws {
    let (size, classCount) = (gridSize, classCount)
    try train(on: set, in: environment, name: "masks") {
      LocalizationCues(
        try pseudoMasks.pseudoMask(of: $0).labelMap, size: size, classCount: classCount)
    }
  }

  /// Trains on the cues that `cues` returns for an identifier, with checkpoints of its own by name.
  private func train(
    on set: TrainingSet, in environment: TrainingEnvironment, name: String,
    cues: @escaping @Sendable (String) throws -> LocalizationCues
  ) throws {
    var environment = environment
    environment.workDirectory += "/network-\(name)"
    try FileManager.default.createDirectory(
      atPath: environment.workDirectory, withIntermediateDirectories: true)
    let configuration = configuration
    let normalization = normalization
    let gridSize = gridSize
    let loss = SECLoss(configuration, gridSize: gridSize)
    try TrainingLoop(batchSize: configuration.batchSize, length: .steps(configuration.steps)).run(
      sampleCount: set.count,
      optimizer: configuration.optimizer.make(
        groups: parameterGroups, momentum: configuration.momentum, form: .caffe),
      schedule: StepSchedule(
        initialRate: configuration.rate, factor: configuration.rateFactor,
        interval: configuration.rateInterval),
      stores: [parameters], in: environment,
      prepare: { index, stream in
        let isFlipped =
          configuration.flipProbability > 0 && stream.chance(configuration.flipProbability)
        var image = try set.image(index).resized(
          to: configuration.inputImageSize, resampling: .bilinearWithoutAntialiasing)
        var cues = try cues(set.ids[index])
        if isFlipped {
          image = image.flippedHorizontally()
          cues = cues.flippedHorizontally()
        }
        let input = normalization(image)
        return SECSample(
          input: input, cues: cues, labels: try set.labels(index).vector,
          reducedImage: BoundaryRefinement.image(
            of: input, normalization: normalization, size: gridSize),
          dropoutSeed: stream.next())
      },
      loss: { batch in
        let logits = try withAutocast(environment.autocast, on: device) {
          try network(
            Tensor.batch(batch.map(\.input), on: device), sampleSeeds: batch.map(\.dropoutSeed))
        }
        return try loss(logits.to(.float32), batch).total
      },
      statistics: loss.statistics)
  }

  /// Weights, and biases twice as fast without decay; new layers with their own factor.
  private var parameterGroups: [ParameterGroup] {
    parameters.weightAndBiasGroups(
      // The published VGG-16 has fc6 and fc7.
      headPrefixes: configuration.backbone == .vgg16 ? ["fc8."] : ["fc6.", "fc7.", "fc8."],
      headRateMultiplier: configuration.headRateMultiplier,
      weightDecay: configuration.weightDecay)
  }
}

// MARK: - Inference

extension SECExpandingSegmenter {
  func segment(_ image: RGBImage, in environment: TrainingEnvironment) throws -> LabelMap {
    try labelMap(of: image, among: Array(0..<classCount), in: environment)
  }

  func expand(
    _ seed: Seed, in image: RGBImage, environment: TrainingEnvironment
  ) throws -> PseudoMask {
    PseudoMask(
      labelMap: try labelMap(
        of: image, among: [0] + seed.fullResolution.classes, in: environment))
  }

  /// Returns the likeliest of some classes at every pixel.
  ///
  /// # Source
  ///
  /// `kolesman/SEC@c78419059f deploy/demo.py`: softmax, enlarged with aligned corners, at least 1e-5,
  /// dense CRF on the image.
  private func labelMap(
    of image: RGBImage, among classes: [Int], in environment: TrainingEnvironment
  ) throws -> LabelMap {
    guard classes.count > 1 else {
      return LabelMap(width: image.width, height: image.height, filledWith: 0)
    }
    let scores = try withoutGradient {
      let input = normalization(
        image.resized(
          to: configuration.inputImageSize, resampling: .bilinearWithoutAntialiasing))
      let rows = try Tensor(classes.map(Int64.init), shape: [classes.count], on: device)
      let logits = try withAutocast(environment.autocast, on: device) {
        try network(Tensor.batch([input], on: device))
      }
      return try logits.to(.float32).indexSelected(along: 1, indices: rows).softmax(along: 1)
        .interpolated(to: (image.height, image.width), mode: .bilinear, alignCorners: true)
    }
    var map =
      if let crf = configuration.crf {
        DenseCRF(image: image, parameters: crf.scaled(downBy: configuration.crfTestScale))
          .labels(.fromSoftmax(try scores.floats(), labelCount: classes.count))
      } else {
        try LabelMap(highestOf: scores)
      }
    for pixel in map.indices.indices {
      map.indices[pixel] = UInt8(classes[Int(map.indices[pixel])])
    }
    return map
  }
}
