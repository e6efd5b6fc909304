import CoreAPI
import Imaging
import Tensors

/// Makes the pseudo-mask from the seed alone: the best class, or the background below a score.
///
/// ```
/// label(i) = argmax(background score, CAM₁(i), …, CAMₙ(i))
/// ```
final class ThresholdingExpander: Expander {
  let parameters: ParameterStore
  private let backgroundScore: Double

  init(_ reader: ConfigurationReader, _ part: PartContext) throws {
    // The score at which `conta` scores CAMs by default, so that both columns agree by default.
    backgroundScore = try reader.double("background_score", default: 0.15, in: 0...1)
    reader.markInferenceOnly("background_score")
    try reader.finish()
    parameters = ParameterStore(seed: part.seed, device: part.device)
  }

  var supervision: [SupervisionRecord] {
    [
      SupervisionRecord(
        kind: "threshold", use: "expander 'none', background score of pseudo-masks",
        source: "\(backgroundScore)")
    ]
  }

  func train(
    on set: TrainingSet, seeds: any SeedSource, in environment: TrainingEnvironment
  ) throws {}

  func expand(
    _ seed: Seed, in image: RGBImage, environment: TrainingEnvironment
  ) throws -> PseudoMask {
    PseudoMask(
      labelMap: seed.fullResolution.labelMap(backgroundScore: Float(backgroundScore)))
  }
}
