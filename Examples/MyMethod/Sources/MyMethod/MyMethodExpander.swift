import CoreAPI
import Imaging
import Tensors

/// Cuts the class activation map at a background score, to be replaced by your expansion.
final class MyMethodExpander: Expander {
  /// Everything that is learned; conta saves and restores it between stages.
  let parameters: ParameterStore
  private let configuration: ExpansionConfiguration

  /// The threshold is chosen by hand, which is supervision too.
  var supervision: [SupervisionRecord] {
    [
      SupervisionRecord(
        kind: "threshold", use: "MyMethod, background score",
        source: "\(configuration.backgroundScore)")
    ]
  }

  init(_ configuration: ExpansionConfiguration, _ part: PartContext) throws {
    self.configuration = configuration
    parameters = ParameterStore(seed: part.seed, device: part.device)
  }

  /// Learns from images, labels and seeds; nothing in this example.
  func train(
    on set: TrainingSet, seeds: any SeedSource, in environment: TrainingEnvironment
  ) throws {}

  func expand(
    _ seed: Seed, in image: RGBImage, environment: TrainingEnvironment
  ) throws -> PseudoMask {
    PseudoMask(
      labelMap: seed.fullResolution.labelMap(
        backgroundScore: Float(configuration.backgroundScore)))
  }
}
