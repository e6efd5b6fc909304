import CoreAPI
import Essentials
import Imaging
import TensorFiles
import Tensors

/// DSRG's second training: an ordinary one on pseudo-masks.
///
/// # Source
///
/// `speedinghzl/DSRG@91efdf7d training/experiment/seed_mc/{train-f,solver-f}.prototxt`: random
/// crops, padded at right and bottom, mirrored; cross-entropy at the network's stride on labels
/// taken from every eighth pixel.
struct Retraining {
  let network: DSRGNetwork
  let parameters: ParameterStore
  /// The path of the network in `parameters`.
  let path: String
  let normalization: Normalization
  let configuration: RetrainingConfiguration
  let device: Device

  /// Trains the network.
  ///
  /// - Parameters:
  ///   - set: The images.
  ///   - pseudoMasks: The pseudo-mask of every image.
  ///   - environment: Seed, precision, progress and the folder of the checkpoint.
  /// - Throws: An error of the data set, of the masks or of the tensor engine.
  func run(
    on set: TrainingSet, pseudoMasks: any PseudoMaskSource, in environment: TrainingEnvironment
  ) throws {
    let augmentation = TrainingAugmentation(
      flipProbability: 0.5, normalization: normalization,
      crop: RandomCrop(
        size: ImageSize(width: configuration.cropSize, height: configuration.cropSize),
        placement: .topLeft))
    try TrainingLoop(batchSize: configuration.batchSize, length: .steps(configuration.steps)).run(
      sampleCount: set.count,
      optimizer: configuration.optimization.makeOptimizer(
        of: parameters, at: path),
      schedule: PolynomialSchedule(
        initialRate: configuration.rate, power: configuration.power,
        stepCount: configuration.steps),
      stores: [parameters], in: environment,
      prepare: { index, stream in
        let sample = augmentation(
          try set.image(index),
          labels: try pseudoMasks.pseudoMask(of: set.ids[index]).labelMap, using: &stream)
        return RetrainingSample(view: sample, dropoutSeed: stream.next())
      },
      loss: { batch in
        let images = try Tensor.batch(batch.map(\.view.image), on: device)
        let logits = try withAutocast(environment.autocast, on: device) {
          try network(images, sampleSeeds: batch.map(\.dropoutSeed))
        }
        let size = ImageSize(width: logits.shape[3], height: logits.shape[2])
        let target = try Tensor.labels(
          batch.compactMap { $0.view.labels?.sampled(at: size) }, on: device)
        return try Tensor.crossEntropy(
          logits.to(.float32), target, ignoreIndex: Int(LabelMap.ignoreIndex))
      })
  }
}

/// A training image with its pseudo-mask.
private struct RetrainingSample: Sendable {
  var view: AugmentedSample
  var dropoutSeed: UInt64
}

extension LabelMap {
  /// Returns the labels on a grid whose outer points are the map's corner pixels.
  ///
  /// For 321 pixels and 41 points it is every eighth pixel, as Caffe's `Interp` layer with
  /// `shrink_factor: 8` takes them.
  ///
  /// - Parameter size: The size of the grid, at most that of the map.
  /// - Returns: A label map of that size.
  func sampled(at size: ImageSize) -> LabelMap {
    func positions(_ count: Int, of length: Int) -> [Int] {
      let step = count > 1 ? Double(length - 1) / Double(count - 1) : 0
      return (0..<count).map { Int((Double($0) * step).rounded()) }
    }
    let columns = positions(size.width, of: width)
    return LabelMap(
      width: size.width, height: size.height,
      indices: positions(size.height, of: height).flatMap { row in
        columns.map { indices[row * width + $0] }
      })
  }
}
