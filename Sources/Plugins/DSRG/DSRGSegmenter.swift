import CoreAPI
import Imaging
import Networks
import Tensors

/// DSRG's network behind another method's expander: its second training alone, on given masks.
final class DSRGSegmenter: Segmenter {
  let parameters: ParameterStore
  private(set) var supervision: [SupervisionRecord] = []
  var batchSizes: [Int] { [configuration.training.batchSize] }

  /// The path of the network.
  private static let path = "segmenter"

  private let configuration: DSRGSegmenterConfiguration
  private let network: DSRGNetwork
  private let device: Device
  /// What a user should know of the weights before the training.
  private var note: String?

  init(_ configuration: DSRGSegmenterConfiguration, _ part: PartContext) throws {
    self.configuration = configuration
    device = part.device
    parameters = ParameterStore(seed: part.seed, device: part.device)
    network = try DSRGNetwork(
      parameters.root / Self.path, configuration.network, classCount: part.classes.names.count)
    if !configuration.network.weights.isEmpty {
      let weights = try configuration.network.backbone.loadWeights(
        configuration.network.weights, at: Self.path, input: configuration.network.input,
        into: parameters)
      supervision = [weights.record]
      note = weights.note
    }
  }

  func train(
    on set: TrainingSet, pseudoMasks: any PseudoMaskSource, in environment: TrainingEnvironment
  ) throws {
    if let note { environment.progress.note(note) }
    try Retraining(
      network: network, parameters: parameters, path: Self.path,
      normalization: configuration.network.input.normalization,
      configuration: configuration.training, device: device
    ).run(on: set, pseudoMasks: pseudoMasks, in: environment)
  }

  func segment(_ image: RGBImage, in environment: TrainingEnvironment) throws -> LabelMap {
    try MultiSizeInference(
      network: network, normalization: configuration.network.input.normalization,
      device: device, configuration: configuration.inference
    ).labelMap(of: image, in: environment)
  }
}
