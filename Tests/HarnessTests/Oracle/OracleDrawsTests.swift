import CoreAPI
import Networks
import Tensors
import Testing

@testable import IRNet

/// What the oracle draws, before it is compared in a training.
@Suite struct OracleDrawsTests {
  /// The last of 2,214,496 numbers, as torch 2.13 prints them.
  @Test(arguments: [
    (0, [0.00663736229762435, 0.0277309138327837, -0.013346696272492409], -0.02208469808101654),
    (1, [0.009299084544181824, 0.01166574191302061, 0.018714452162384987], 0.01377860363572836),
  ])
  func firstClassifierIsTheOracles(seed: UInt64, first: [Double], last: Double) throws {
    let store = ParameterStore(seed: 0)
    _ = try ActivationNetwork(
      store, backbone: BackboneKind.mobileNetV2.make(store.root / "mobilenetv2"),
      frozenStages: 4, classCount: 6, context: NoContext())
    let weight = try OracleDraws.classifier(seed: seed, in: store).doubles()
    #expect(Array(weight.prefix(3)) == first && weight.last == last)
  }
}
