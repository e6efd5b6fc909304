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
  /// The size of the network's output, and of the cues.
  let gridSize: ImageSize
  var batchSizes: [Int] { [configuration.batchSize] + (background?.batchSizes ?? []) }

  private let configuration: SECConfiguration
  private let classCount: Int
  private let device: Device
  private let normalization: Normalization
  /// Nil where a file of cues, or masks in their place, make it superfluous.
  private let background: BackgroundCues?
  /// What a user should know of the weights before the training.
  private var note: String?

  init(_ configuration: SECConfiguration, _ part: PartContext) throws {
    self.configuration = configuration
    classCount = part.classes.names.count
    device = part.device
    normalization = configuration.input.normalization
    parameters = ParameterStore(seed: part.seed, device: part.device)
    network = try SECNetwork(parameters, configuration: configuration, classCount: classCount)
    gridSize = try network.backbone.outputSize(
      of: configuration.inputImageSize, on: part.device)
    background =
      if let cues = configuration.cues, cues.file.isEmpty {
        try BackgroundCues(
          cues.background, backbone: configuration.backbone,
          inputSize: configuration.inputImageSize, part: part, use: "SEC")
      } else {
        nil
      }
    if !configuration.weights.isEmpty {
      let weights = try configuration.backbone.loadWeights(
        configuration.weights, at: SECNetwork.prefix(of: configuration.backbone),
        besides: ["fc6", "fc7", "fc8"], input: configuration.input, into: parameters, use: "SEC")
      supervision.append(weights.record)
      note = weights.note
    }
    try supervision.append(contentsOf: cueSupervision())
  }

  /// What the cues are made of or read from.
  private func cueSupervision() throws -> [SupervisionRecord] {
    guard let cues = configuration.cues else { return [] }
    guard let background else {
      return [
        SupervisionRecord(
          kind: "cues", use: "SEC", source: cues.file,
          hash: SHA256.hexDigest(of: try AtomicFile.read(cues.file)))
      ]
    }
    return background.supervision + [
      SupervisionRecord(
        kind: "threshold", use: "SEC, share of a CAM's maximum for foreground cues",
        source: "\(cues.foregroundThreshold)")
    ]
  }
}

// MARK: - Cues

extension SECExpandingSegmenter {
  var givenCues: String? { configuration.cues.flatMap { $0.file.isEmpty ? nil : $0.file } }

  func prepareCues(on set: TrainingSet, in environment: TrainingEnvironment) throws {
    try background?.train(on: set, in: environment)
  }

  func cues(from seed: Seed, of image: RGBImage, id: String) throws -> LocalizationCues {
    guard let background, let threshold = configuration.cues?.foregroundThreshold else {
      preconditionFailure("SEC makes cues as an expander without a file of cues only")
    }
    let cam = seed.quarterResolution
    return LocalizationCues(
      cam, threshold: threshold,
      background: try background.cells(of: image, id: id, cam: cam, size: gridSize),
      size: gridSize, classCount: classCount)
  }
}

// MARK: - Training

extension SECExpandingSegmenter {
  func checkTrainingFiles(for set: TrainingSet) throws {
    try background?.checkFiles(for: set)
    guard let cues = configuration.cues, givenCues != nil else { return }
    try cues.readFile(classCount: classCount).check(set.ids)
  }

  func train(
    on set: TrainingSet, seeds: any SeedSource, in environment: TrainingEnvironment
  ) throws {
    if let cues = configuration.cues, givenCues != nil {
      let file = try cues.readFile(classCount: classCount)
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
    if let note { environment.progress.note(note) }
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
    try labelMap(of: image, among: Array(1..<classCount), in: environment)
  }

  func expand(
    _ seed: Seed, in image: RGBImage, environment: TrainingEnvironment
  ) throws -> PseudoMask {
    PseudoMask(
      labelMap: try labelMap(of: image, among: seed.fullResolution.classes, in: environment))
  }

  /// Returns the likeliest of the background and some classes at every pixel.
  ///
  /// # Source
  ///
  /// `kolesman/SEC@c78419059f deploy/demo.py`: softmax, enlarged with aligned corners, at least 1e-5,
  /// dense CRF on the image.
  private func labelMap(
    of image: RGBImage, among classes: [Int], in environment: TrainingEnvironment
  ) throws -> LabelMap {
    guard !classes.isEmpty else {
      return LabelMap(width: image.width, height: image.height, filledWith: 0)
    }
    let scores = try withoutGradient {
      let input = normalization(
        image.resized(
          to: configuration.inputImageSize, resampling: .bilinearWithoutAntialiasing))
      let rows = try Tensor(
        ([0] + classes).map(Int64.init), shape: [classes.count + 1], on: device)
      let logits = try withAutocast(environment.autocast, on: device) {
        try network(Tensor.batch([input], on: device))
      }
      return try logits.to(.float32).indexSelected(along: 1, indices: rows).softmax(along: 1)
        .interpolated(to: (image.height, image.width), mode: .bilinear, alignCorners: true)
    }
    let positions: LabelMap
    if let crf = configuration.crf?.scaled(downBy: configuration.crfTestScale) {
      try DenseCRF.check(image.size, parameters: crf)
      positions = DenseCRF(image: image, parameters: crf)
        .labels(.fromSoftmax(try scores.floats(), labelCount: classes.count + 1))
    } else {
      positions = try LabelMap(highestOf: scores)
    }
    return positions.classIndices(among: classes)
  }
}
