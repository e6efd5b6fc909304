import CoreAPI
import Imaging
import Tensors

/// Class activation maps of a network of two convolutions, to be replaced by your classifier.
final class MyMethodSeedGenerator: SeedGenerator {
  let parameters: ParameterStore
  var batchSizes: [Int] { [configuration.batchSize] }
  /// Record here what is learned from besides images and labels, such as pretrained weights.
  let supervision: [SupervisionRecord] = []

  private let configuration: SeedConfiguration
  private let context: any Context
  private let device: Device
  private let body: [Conv2D]
  private let classifier: Conv2D

  init(_ configuration: SeedConfiguration, _ part: PartContext) throws {
    self.configuration = configuration
    context = part.context
    device = part.device
    parameters = ParameterStore(seed: part.seed, device: part.device)
    body = [
      try Conv2D(
        parameters.root / "conv1", inChannels: 3, outChannels: 16, kernel: 3, stride: 2,
        padding: 1, weightInitializer: .heNormal),
      try Conv2D(
        parameters.root / "conv2", inChannels: 16, outChannels: 32, kernel: 3, stride: 2,
        padding: 1, weightInitializer: .heNormal),
    ]
    // The port: conta's intervention may append channels here, or change those that pass.
    let width = try context.channels(leaving: .block5, of: 32)
    classifier = try Conv2D(
      parameters.root / "classifier", inChannels: 32,
      outChannels: part.classes.foregroundCount, kernel: 1, bias: false,
      extraInputChannels: width - 32)
  }

  /// Returns class scores at every position, `[batch, classes, height / 4, width / 4]`.
  private func scores(_ images: Tensor, of batch: ContextBatch) throws -> Tensor {
    let ports = try context.bound(to: batch)
    let features = try body.reduce(images) { try $1($0).relu() }
    return try classifier(ports.apply(.block5, to: features))
  }

  func train(on set: TrainingSet, in environment: TrainingEnvironment) throws {
    let loop = TrainingLoop(
      batchSize: configuration.batchSize, length: .epochs(configuration.epochs))
    let augmentation = TrainingAugmentation(
      flipProbability: 0.5, normalization: .imageNet,
      crop: RandomCrop(
        size: ImageSize(width: configuration.cropSize, height: configuration.cropSize),
        placement: .anywhere))
    // The loop saves and restores, so a killed run goes on where it stopped.
    try loop.run(
      sampleCount: set.count,
      optimizer: SGD(
        groups: [ParameterGroup(parameters.parameters)] + context.parameterGroups,
        momentum: 0.9),
      schedule: PolynomialSchedule(
        initialRate: configuration.rate, power: 0.9, stepCount: loop.stepCount(for: set.count)),
      stores: [parameters] + (context.parameters.map { [$0] } ?? []), in: environment,
      prepare: { index, stream in
        (
          id: set.ids[index], labels: try set.labels(index).vector,
          view: augmentation(try set.image(index), using: &stream)
        )
      },
      loss: { batch in
        let maps = try scores(
          Tensor.batch(batch.map(\.view.image), on: device),
          of: ContextBatch(ids: batch.map(\.id), geometries: batch.map(\.view.geometry)))
        let labels = try Tensor(
          batch.flatMap(\.labels), shape: [batch.count, set.classes.foregroundCount],
          on: device)
        return try Tensor.multilabelSoftMarginLoss(maps.mean(along: [2, 3]), labels)
      })
  }

  func seed(
    for image: RGBImage, id: String, labels: ImageLabels, in environment: TrainingEnvironment
  ) throws -> Seed {
    let planes = try withoutGradient {
      try scores(
        Tensor.batch([Normalization.imageNet(image)], on: device),
        of: ContextBatch(ids: [id], geometries: [ImageGeometry(wholeFrameIn: image.size)])
      ).relu().interpolated(to: (image.height, image.width)).floats()
    }
    let area = image.width * image.height
    let map = ClassActivationMap(
      classes: labels.indices, height: image.height, width: image.width,
      scores: labels.indices.flatMap { planes[($0 - 1) * area..<$0 * area] })
    return Seed(fullResolution: map.normalized())
  }
}
