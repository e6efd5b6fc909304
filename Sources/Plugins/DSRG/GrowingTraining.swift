import CoreAPI
import Essentials
import Imaging
import Networks
import TensorFiles
import Tensors

/// DSRG's first training: in every step the cues grow on what the network knows by then.
///
/// # Source
///
/// `speedinghzl/DSRG@91efdf7d training/experiment/seed_mc/{train-s,solver-s}.prototxt`: images
/// warped to a square and mirrored with their cues; grown cues are not kept for the next step.
struct GrowingTraining {
  let network: DSRGNetwork
  let parameters: ParameterStore
  /// The path of the network in `parameters`.
  let path: String
  let normalization: Normalization
  let configuration: GrowingConfiguration
  let device: Device

  /// Trains the network.
  ///
  /// - Parameters:
  ///   - set: The images and their labels.
  ///   - folder: The cues of every image.
  ///   - mapSize: The size of the network's map and of the cues.
  ///   - environment: Seed, precision, progress and the folder of the checkpoint.
  /// - Throws: An error of the data set, of the cues or of the tensor engine.
  func run(
    on set: TrainingSet, cues folder: CueFolder, mapSize: ImageSize,
    in environment: TrainingEnvironment
  ) throws {
    let size = configuration.inputSize
    let loss = GrowingLoss(
      growing: SeededRegionGrowing(
        foregroundThreshold: configuration.foregroundThreshold,
        backgroundThreshold: configuration.backgroundThreshold),
      crfScale: configuration.crfScale, passesThroughCRF: configuration.passesThroughCRF)
    let normalization = normalization
    try TrainingLoop(batchSize: configuration.batchSize, length: .steps(configuration.steps)).run(
      sampleCount: set.count,
      optimizer: configuration.optimization.makeOptimizer(
        of: parameters, at: path),
      schedule: StepSchedule(
        initialRate: configuration.rate, factor: configuration.rateFactor,
        interval: configuration.rateInterval),
      stores: [parameters], in: environment,
      prepare: { index, stream in
        var input = normalization(
          try set.image(index).resized(to: size, resampling: .bilinearWithoutAntialiasing))
        var cues = try folder.cues(of: set.ids[index])
        if stream.chance(0.5) {
          input = input.flippedHorizontally()
          cues = cues.flippedHorizontally()
        }
        return GrowingSample(
          input: input,
          image: BoundaryRefinement.image(of: input, normalization: normalization, size: mapSize),
          cues: cues, present: [0] + (try set.labels(index).indices), dropoutSeed: stream.next())
      },
      loss: { batch in
        let images = try Tensor.batch(batch.map(\.input), on: device)
        let logits = try withAutocast(environment.autocast, on: device) {
          try network(images, sampleSeeds: batch.map(\.dropoutSeed))
        }
        let terms = try loss(
          GrowingLoss.probabilities(of: logits.to(.float32)), images: batch.map(\.image),
          cues: batch.map(\.cues), present: batch.map(\.present))
        return try terms.seed + terms.boundary
      })
  }
}

/// A training image as the network, the CRF and the growth see it.
private struct GrowingSample: Sendable {
  var input: PlanarImage
  /// The image at the map's size.
  var image: RGBImage
  var cues: LocalizationCues
  /// The classes with the background.
  var present: [Int]
  var dropoutSeed: UInt64
}
