import CoreAPI
import Essentials
import Imaging
import Tensors

/// How DeepLab networks are trained on pseudo-masks: crops of resized images and label maps.
struct PseudoMaskTraining {
  /// A training image as a network sees it, with its label map.
  struct Sample: Sendable {
    var image: PlanarImage
    var labels: LabelMap
    var dropoutSeed: UInt64
  }

  let loop: TrainingLoop
  let augmentation: TrainingAugmentation
  let optimizer: any Optimizer
  let schedule: PolynomialSchedule

  /// Trains.
  ///
  /// - Parameters:
  ///   - parameters: The network's parameters.
  ///   - set: The images.
  ///   - pseudoMasks: The label map of every image.
  ///   - environment: Seed, progress, and the folder for checkpoints.
  ///   - loss: Returns the scalar loss of a batch with gradient.
  /// - Throws: An error of the tensor engine.
  func run(
    _ parameters: ParameterStore, on set: TrainingSet, pseudoMasks: any PseudoMaskSource,
    in environment: TrainingEnvironment, loss: ([Sample]) throws -> Tensor
  ) throws {
    let augmentation = augmentation
    try loop.run(
      sampleCount: set.count, optimizer: optimizer, schedule: schedule, stores: [parameters],
      in: environment,
      prepare: { index, stream in
        let mask = try pseudoMasks.pseudoMask(of: set.ids[index]).labelMap
        let view = augmentation(try set.image(index), labels: mask, using: &stream)
        return Sample(
          image: view.image, labels: view.labels ?? mask, dropoutSeed: stream.next())
      },
      loss: loss)
  }
}
