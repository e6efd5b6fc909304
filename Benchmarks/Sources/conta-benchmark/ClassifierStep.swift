import CoreAPI
import Networks
import Tensors

/// One step of IRNet's classifier on MobileNetV2: forward, loss, gradients.
///
/// The stages up to the first of stride 16 are frozen, as in the recipe for photographs. The loss is
/// the mean square of the pooled features, so that no classifier is needed.
struct ClassifierStep {
  static let batch = 16
  static let side = 320
  /// The number of front stages without gradients.
  private static let frozenStages = 4

  let images: Tensor
  private let store: ParameterStore
  private let network: MobileNetV2

  init() throws {
    store = ParameterStore(seed: 3, device: .cpu)
    network = try MobileNetV2(store.root)
    images = try Tensor.normal([Self.batch, 3, Self.side, Self.side], seed: 4)
  }

  /// The weights by name.
  func weights() throws -> [(name: String, values: [Float])] {
    try store.parameters.map { ($0.name, try $0.value.floats()) }
  }

  /// Computes the gradients and returns the loss.
  func run() throws -> Double {
    let features = try network.features(
      of: images, frozenStages: Self.frozenStages, ports: NoContext())
    let pooled = try features.mean(along: [2, 3])
    let loss = try (pooled * pooled).mean()
    try loss.backward()
    return try loss.item()
  }
}
