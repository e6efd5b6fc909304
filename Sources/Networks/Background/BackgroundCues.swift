public import CoreAPI
import Essentials
import Foundation
public import Imaging
import TensorFiles
import Tensors

/// Finds the cells of an image that are surely background, for ``LocalizationCues``.
///
/// SEC and DSRG need such cells besides class activation maps. The classifier belongs to the part
/// that needs the cues, not to the seed generator, so that any seed generator can stand in front.
public final class BackgroundCues {
  /// The supervision that enters: pretrained weights, or a folder of saliency maps.
  public private(set) var supervision: [SupervisionRecord] = []
  /// The size of the training's batches; empty if nothing is trained.
  public var batchSizes: [Int] { network == nil ? [] : [configuration.batchSize] }

  private let configuration: BackgroundCueConfiguration
  private let normalization: Normalization
  private let inputSize: ImageSize
  private let network: SaliencyNetwork?
  /// Whether a classifier that needs pretrained weights has none.
  private let beginsAtRandom: Bool

  /// Creates the maker of cues.
  ///
  /// - Parameters:
  ///   - configuration: Where the cues come from.
  ///   - backbone: The classifier's backbone.
  ///   - inputSize: The size that images are warped to.
  ///   - part: The classes, the seed and the device.
  ///   - use: The part's name, for the supervision record.
  /// - Throws: An error that names the file if pretrained weights do not fit.
  public init(
    _ configuration: BackgroundCueConfiguration, backbone: BackboneKind,
    inputSize: ImageSize, part: PartContext, use: String
  ) throws {
    self.configuration = configuration
    normalization = configuration.input.normalization
    self.inputSize = inputSize
    beginsAtRandom =
      configuration.source == .gradient && configuration.weights.isEmpty && backbone != .tiny
    switch configuration.source {
    case .gradient:
      let network = try SaliencyNetwork(
        backbone, width: configuration.headWidth, frozenStages: configuration.frozenStages,
        part: part)
      self.network = network
      if !configuration.weights.isEmpty {
        supervision.append(
          try backbone.loadWeights(
            configuration.weights, at: backbone.rawValue, input: configuration.input,
            inputKey: "background_input", into: network.parameters,
            use: "\(use), background cues"
          ).record)
      }
    case .activation:
      network = nil
    case .maps:
      network = nil
      supervision.append(
        SupervisionRecord(
          kind: "saliency maps", use: "\(use), background cues", source: configuration.maps,
          hash: try Self.contentHash(ofFolder: configuration.maps)))
    }
    supervision.append(
      SupervisionRecord(
        kind: "threshold",
        use: configuration.source == .maps
          ? "\(use), saliency of background cues" : "\(use), share of background cues",
        source:
          "\(configuration.source == .maps ? configuration.mapThreshold : configuration.share)"
      ))
  }

  /// Returns the number of steps that ``train(on:in:)`` takes; other numbers give other cues.
  ///
  /// - Parameters:
  ///   - sampleCount: The size of the training set.
  ///   - environment: Where it is trained.
  /// - Returns: The number of steps, 0 if nothing is trained.
  public func stepCount(for sampleCount: Int, in environment: TrainingEnvironment) -> Int {
    network == nil ? 0 : min(loop.stepCount(for: sampleCount), environment.stepLimit ?? .max)
  }

  /// Trains the classifier; does nothing where there is none.
  ///
  /// - Parameters:
  ///   - set: The images and their labels.
  ///   - environment: Seed, device, progress, and a folder that survives interruptions.
  /// - Throws: An error of the data set or of the tensor engine.
  public func train(on set: TrainingSet, in environment: TrainingEnvironment) throws {
    guard let network else { return }
    if beginsAtRandom, environment.stepLimit == nil {
      environment.progress.note(
        "The classifier of the background cues begins with random weights. If that is not meant, "
          + "name a file of pretrained ones as 'background_weights' in the section of its part.")
    }
    var environment = environment
    environment.stage += " · background"
    environment.workDirectory += "/background"
    try FileManager.default.createDirectory(
      atPath: environment.workDirectory, withIntermediateDirectories: true)
    let normalization = normalization
    let size = inputSize
    let device = network.parameters.device
    try loop.run(
      sampleCount: set.count,
      optimizer: configuration.optimizer.make(
        groups: network.parameters.weightAndBiasGroups(
          headPrefixes: ["fc8."], headRateMultiplier: configuration.headRateMultiplier,
          weightDecay: configuration.weightDecay), momentum: configuration.momentum, form: .caffe),
      schedule: PolynomialSchedule(
        initialRate: configuration.rate, power: 0.9, stepCount: loop.stepCount(for: set.count)),
      stores: [network.parameters], in: environment,
      prepare: { index, stream in
        let isFlipped = stream.chance(0.5)
        let image = try set.image(index)
          .resized(to: size, resampling: .bilinearWithoutAntialiasing)
        return Sample(
          image: normalization(isFlipped ? image.flippedHorizontally() : image),
          labels: try set.labels(index).vector, dropoutSeed: stream.next())
      },
      loss: { batch in
        let images = try Tensor.batch(batch.map(\.image), on: device)
        let labels = try Tensor(
          batch.flatMap(\.labels), shape: [batch.count, set.classes.foregroundCount], on: device)
        let logits = try withAutocast(environment.autocast, on: device) {
          try network.logits(images, sampleSeeds: batch.map(\.dropoutSeed))
        }
        return try Tensor.multilabelSoftMarginLoss(logits.to(.float32), labels)
      })
  }

  /// Returns the cells of an image that are surely background.
  ///
  /// - Parameters:
  ///   - image: The image.
  ///   - id: Its identifier, by which a saliency map is found.
  ///   - cam: Its class activation maps.
  ///   - size: The size of the grid.
  /// - Returns: `[height, width]`, true for background.
  /// - Throws: An error that names the file if a saliency map is missing or damaged.
  public func cells(
    of image: RGBImage, id: String, cam: ClassActivationMap, size: ImageSize
  ) throws -> [Bool] {
    switch configuration.source {
    case .activation:
      return LocalizationCues.weakestCells(of: cam, share: configuration.share, size: size)
    case .maps:
      let map = try RGBImage(contentsOf: mapPath(of: id))
      let gray = stride(from: 0, to: map.pixels.count, by: 3).map { Float(map.pixels[$0]) / 255 }
      return PlanarImage(channels: 1, height: map.height, width: map.width, planes: gray)
        .resized(to: size, coordinates: .corners).planes
        .map { $0 < Float(configuration.mapThreshold) }
    case .gradient:
      guard let network else { return [Bool](repeating: false, count: size.width * size.height) }
      let input = image.resized(to: inputSize, resampling: .bilinearWithoutAntialiasing)
      let saliency = try network.saliency(of: normalization(input)).medianFiltered()
      let resized =
        saliency.size == size ? saliency : saliency.resized(to: size, coordinates: .corners)
      return LocalizationCues.lowestCells(of: resized.planes, share: configuration.share)
    }
  }

  /// Checks that every image has its saliency map, where the cues come from maps.
  ///
  /// - Parameter images: The images.
  /// - Throws: `BackgroundCueError` that names the first map that is missing.
  public func checkFiles(for images: TrainingSet) throws {
    guard configuration.source == .maps else { return }
    for id in images.ids where !FileManager.default.fileExists(atPath: mapPath(of: id)) {
      throw BackgroundCueError.missingMap(path: mapPath(of: id), id: id)
    }
  }

  private func mapPath(of id: String) -> String { "\(configuration.maps)/\(id).png" }

  /// The hash of the names and contents of a folder's PNG files.
  private static func contentHash(ofFolder path: String) throws -> String {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    let lines = try names.filter { $0.hasSuffix(".png") }.sorted().map { name in
      "\(name) \(try RandomAccessFile("\(path)/\(name)").sha256())\n"
    }
    return SHA256.hexDigest(of: Data(lines.joined().utf8))
  }

  private var loop: TrainingLoop {
    TrainingLoop(batchSize: configuration.batchSize, length: .epochs(configuration.epochs))
  }
}

/// Saliency maps that cannot be used, in words for the person who named them.
public enum BackgroundCueError: Error, Equatable, CustomStringConvertible {
  /// An image without a map.
  case missingMap(path: String, id: String)

  /// The message: what was found, what was expected, what to do next.
  public var description: String {
    switch self {
    case .missingMap(let path, let id):
      "There is no saliency map '\(path)'. Expected a PNG for every training image, here for "
        + "'\(id)'. Check 'background_maps', or choose 'background: gradient'."
    }
  }
}

/// A training image as the classifier sees it.
private struct Sample: Sendable {
  var image: PlanarImage
  var labels: [Float]
  var dropoutSeed: UInt64
}
