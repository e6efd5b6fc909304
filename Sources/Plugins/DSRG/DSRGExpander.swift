import CoreAPI
import Essentials
import Foundation
import Imaging
import Networks
import Tensors

/// DSRG: a network that grows its own supervision, and a second one trained on its masks.
///
/// The network of the first training, `growing`, makes the pseudo-masks. The network of the second
/// one, `retrained`, starts from it and segments; without a second training the first does both.
final class DSRGExpander: ExpandingSegmenter, CueMaker {
  let parameters: ParameterStore
  let gridSize: ImageSize
  private(set) var supervision: [SupervisionRecord] = []

  /// The paths of the two networks.
  private static let growingPath = "growing"
  private static let retrainedPath = "retrained"

  private let configuration: DSRGConfiguration
  private let classCount: Int
  private let device: Device
  private let normalization: Normalization
  private let background: BackgroundCues
  private let growing: DSRGNetwork
  private let retrained: DSRGNetwork?
  /// What a user should know of the weights before the training.
  private var note: String?

  init(_ configuration: DSRGConfiguration, _ part: PartContext) throws {
    self.configuration = configuration
    let (network, growing) = (configuration.network, configuration.growing)
    classCount = part.classes.names.count
    device = part.device
    normalization = network.input.normalization
    parameters = ParameterStore(seed: part.seed, device: part.device)
    self.growing = try DSRGNetwork(
      parameters.root / Self.growingPath, network, classCount: classCount)
    gridSize = try self.growing.mapSize(of: growing.inputSize, on: part.device)
    retrained =
      configuration.retraining.steps > 0
      ? try DSRGNetwork(parameters.root / Self.retrainedPath, network, classCount: classCount)
      : nil
    background = try BackgroundCues(
      configuration.background, backbone: network.backbone.kind ?? .vgg16,
      inputSize: growing.inputSize, part: part, use: "DSRG")
    supervision =
      background.supervision
      + [
        ("share of a CAM's maximum for foreground cues", configuration.cueThreshold),
        ("growth of foreground cues", growing.foregroundThreshold),
        ("growth of background cues", growing.backgroundThreshold),
      ].map { use, value in
        SupervisionRecord(kind: "threshold", use: "DSRG, \(use)", source: "\(value)")
      }
    if !network.weights.isEmpty {
      let weights = try network.backbone.loadWeights(
        network.weights, at: Self.growingPath, input: network.input, into: parameters)
      supervision.append(weights.record)
      note = weights.note
      try copyGrowingIntoRetrained()
    }
  }

  var batchSizes: [Int] {
    [configuration.growing.batchSize] + background.batchSizes
      + (retrained == nil ? [] : [configuration.retraining.batchSize])
  }

  // MARK: - Cues

  func prepareCues(on set: TrainingSet, in environment: TrainingEnvironment) throws {
    try background.train(on: set, in: environment)
  }

  func cues(from seed: Seed, of image: RGBImage, id: String) throws -> LocalizationCues {
    let cam = seed.quarterResolution
    return LocalizationCues(
      cam, threshold: configuration.cueThreshold,
      background: try background.cells(of: image, id: id, cam: cam, size: gridSize),
      size: gridSize, classCount: classCount)
  }

  // MARK: - Training

  func checkTrainingFiles(for set: TrainingSet) throws { try background.checkFiles(for: set) }

  func train(
    on set: TrainingSet, seeds: any SeedSource, in environment: TrainingEnvironment
  ) throws {
    if let note { environment.progress.note(note) }
    let (cues, cueSteps) = try cues(of: set, seeds: seeds, in: environment)
    // A training that stopped early leaves others behind it, so each has a folder of its own.
    var first = environment
    first.workDirectory += "/growing-\(cueSteps)"
    try GrowingTraining(
      network: growing, parameters: parameters, path: Self.growingPath,
      normalization: normalization, configuration: configuration.growing, device: device
    ).run(on: set, cues: cues, mapSize: gridSize, in: first)
    guard retrained != nil else { return }

    let steps = min(configuration.growing.steps, environment.stepLimit ?? .max)
    var second = environment
    second.workDirectory += "/retraining-\(cueSteps)-\(steps)"
    second.stage += " · retraining"
    let masks = try predictedMasks(of: set, in: second)
    try copyGrowingIntoRetrained()
    try train(on: set, pseudoMasks: masks, in: second)
  }

  func train(
    on set: TrainingSet, pseudoMasks: any PseudoMaskSource, in environment: TrainingEnvironment
  ) throws {
    try Retraining(
      network: retrained ?? growing, parameters: parameters,
      path: retrained == nil ? Self.growingPath : Self.retrainedPath,
      normalization: normalization, configuration: configuration.retraining, device: device
    ).run(on: set, pseudoMasks: pseudoMasks, in: environment)
  }

  /// Makes the cues of all training images, on disk, where an interrupted run finds them again.
  ///
  /// - Returns: The cues, and how many steps the classifier behind the background's has learned.
  private func cues(
    of set: TrainingSet, seeds: any SeedSource, in environment: TrainingEnvironment
  ) throws -> (CueFolder, steps: Int) {
    try prepareCues(on: set, in: environment)
    let steps = background.stepCount(for: set.count, in: environment)
    let folder = CueFolder(
      path: "\(environment.workDirectory)/cues-\(steps)", classCount: classCount)
    var environment = environment
    environment.stage += " · cues"
    try ImageSweep.run(over: set.ids, in: environment, isDone: { folder.contains($0) }) {
      index, id in
      try folder.write(cues(from: seeds.seed(of: id), of: set.image(index), id: id), of: id)
    }
    return (folder, steps)
  }

  /// Predicts the training images, on disk, where an interrupted run finds the masks again.
  private func predictedMasks(
    of set: TrainingSet, in environment: TrainingEnvironment
  ) throws -> PredictedMasks {
    let masks = PredictedMasks(folder: "\(environment.workDirectory)/masks")
    var environment = environment
    environment.stage += " · masks"
    let inference = inference(growing)
    try ImageSweep.run(over: set.ids, in: environment, isDone: { masks.contains($0) }) {
      index, id in
      try inference.pseudoMask(
        of: set.image(index), classes: set.labels(index).indices, in: environment
      ).write(to: masks.file(of: id))
    }
    return masks
  }

  /// Gives the second network the first one's values.
  private func copyGrowingIntoRetrained() throws {
    try withoutGradient {
      for parameter in parameters.parameters where parameter.name.hasPrefix(Self.growingPath) {
        let name = Self.retrainedPath + parameter.name.dropFirst(Self.growingPath.count)
        try parameters[name]?.value.copy(from: parameter.value)
      }
    }
  }

  // MARK: - Inference

  func expand(
    _ seed: Seed, in image: RGBImage, environment: TrainingEnvironment
  ) throws -> PseudoMask {
    PseudoMask(
      labelMap: try inference(growing).pseudoMask(
        of: image, classes: seed.fullResolution.classes, in: environment))
  }

  func segment(_ image: RGBImage, in environment: TrainingEnvironment) throws -> LabelMap {
    try inference(retrained ?? growing).labelMap(of: image, in: environment)
  }

  private func inference(_ network: DSRGNetwork) -> MultiSizeInference {
    MultiSizeInference(
      network: network, normalization: normalization, device: device,
      configuration: configuration.inference)
  }
}

/// A folder with the first network's mask of every training image.
private struct PredictedMasks: PseudoMaskSource {
  let folder: String

  func file(of id: String) -> String { "\(folder)/\(id).png" }
  func contains(_ id: String) -> Bool { FileManager.default.fileExists(atPath: file(of: id)) }
  func pseudoMask(of id: String) throws -> PseudoMask {
    PseudoMask(labelMap: try LabelMap(contentsOf: file(of: id)))
  }
}
