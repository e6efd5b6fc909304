public import CoreAPI
public import Imaging
public import Tensors

/// The smallest segmenter that keeps the contract: two convolutions.
open class MinimalSegmenter: Segmenter {
  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public let parameters: ParameterStore
  private let stem: Conv2D
  private let head: Conv2D
  private let device: Device

  /// Nothing but the training set.
  open var supervision: [SupervisionRecord] { [] }

  /// Creates the segmenter with random weights.
  ///
  /// - Parameter part: Classes, seed and device.
  /// - Throws: An error of the tensor engine.
  public init(_ part: PartContext) throws {
    device = part.device
    parameters = ParameterStore(seed: part.seed, device: part.device)
    stem = try Conv2D(
      parameters.root / "stem", inChannels: 3, outChannels: 8, kernel: 3, stride: 4, padding: 1)
    head = try Conv2D(
      parameters.root / "head", inChannels: 8, outChannels: part.classes.names.count, kernel: 1)
  }

  /// Returns class scores at every position.
  ///
  /// - Parameter images: `[batch, 3, height, width]`.
  /// - Returns: `[batch, classes, height / 4, width / 4]`.
  /// - Throws: An error of the tensor engine.
  open func scores(_ images: Tensor) throws -> Tensor { try head(stem(images).relu()) }

  /// Returns the label map that a pseudo-mask asks the network for.
  ///
  /// - Parameter mask: A pseudo-mask's label map.
  /// - Returns: The label map itself, unless a subclass has another idea.
  open func target(of mask: LabelMap) -> LabelMap { mask }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  open func train(
    on set: TrainingSet, pseudoMasks: any PseudoMaskSource, in environment: TrainingEnvironment
  ) throws {
    let augmentation = TrainingAugmentation(
      flipProbability: 0.5, normalization: .imageNet,
      crop: RandomCrop(size: ImageSize(width: 32, height: 32), placement: .topLeft))
    try TrainingLoop(batchSize: 4, length: .epochs(2)).run(
      sampleCount: set.count,
      optimizer: SGD(groups: [ParameterGroup(parameters.parameters)], momentum: 0.9),
      schedule: PolynomialSchedule(initialRate: 0.1, power: 0.9, stepCount: 4),
      stores: [parameters], in: environment,
      prepare: { index, stream in
        augmentation(
          try set.image(index),
          labels: try pseudoMasks.pseudoMask(of: set.ids[index]).labelMap, using: &stream)
      },
      loss: { [device] batch in
        let scores = try scores(Tensor.batch(batch.map(\.image), on: device))
        let size = ImageSize(width: scores.shape[3], height: scores.shape[2])
        let targets = batch.compactMap(\.labels).map { target(of: $0).resized(to: size) }
        return try Tensor.crossEntropy(
          scores, Tensor.labels(targets, on: device), ignoreIndex: Int(LabelMap.ignoreIndex))
      })
  }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  open func segment(_ image: RGBImage, in environment: TrainingEnvironment) throws -> LabelMap {
    try withoutGradient {
      let scores = try scores(Tensor.batch([Normalization.imageNet(image)], on: device))
      return try LabelMap(highestOf: scores.interpolated(to: (image.height, image.width)))
    }
  }
}
