public import CoreAPI
public import Imaging
public import Tensors

/// The smallest expander that learns: a pixel is foreground where its score is above the mean score.
open class MinimalExpander: Expander {
  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public let parameters: ParameterStore
  /// The mean score over the training set, `[1]`.
  public let threshold: Parameter

  /// Nothing but the training set.
  open var supervision: [SupervisionRecord] { [] }

  /// Creates the expander.
  ///
  /// - Parameter part: Seed and device.
  /// - Throws: An error of the tensor engine.
  public init(_ part: PartContext) throws {
    parameters = ParameterStore(seed: part.seed, device: part.device)
    threshold = try parameters.root.buffer("threshold", shape: [1])
  }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  open func train(
    on set: TrainingSet, seeds: any SeedSource, in environment: TrainingEnvironment
  ) throws {
    var sum: Float = 0
    for id in set.ids {
      let scores = try seeds.seed(of: id).fullResolution.scores
      sum += scores.reduce(0, +) / Float(max(scores.count, 1))
    }
    try threshold.value.fill(with: Double(sum / Float(set.count)))
  }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  open func expand(
    _ seed: Seed, in image: RGBImage, environment: TrainingEnvironment
  ) throws -> PseudoMask {
    PseudoMask(
      labelMap: seed.fullResolution.labelMap(backgroundScore: Float(try threshold.value.item())))
  }
}
