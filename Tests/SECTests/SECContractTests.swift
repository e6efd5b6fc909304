import PluginTestSupport
import SEC
import Testing

@Suite(.serialized) struct SECContractTests {
  private static let network = [
    "backbone": "tiny", "batch_size": "4", "input_size": "33", "head_width": "16",
    "dilation": "2", "rate": "0.01", "head_rate_multiplier": "1", "steps": "4",
  ]

  @Test(arguments: ["0", "2"])
  func seedGeneratorKeepsTheContract(frozenStages: String) throws {
    try checkSeedGeneratorContract(
      SECPlugin.name, from: SECPlugin.register,
      configuration: [
        "backbone": "tiny", "frozen_stages": frozenStages, "batch_size": "4", "epochs": "2",
        "crop_size": "32", "shortest_long_side": "32", "longest_long_side": "48",
        "input_size": "33", "scales": "[1, 1.5]", "head_width": "16", "rate": "0.01",
        "head_rate_multiplier": "1",
      ])
  }

  @Test(arguments: ["gradient", "activation"])
  func expanderKeepsTheContract(background: String) throws {
    try checkExpanderContract(
      SECPlugin.name, from: SECPlugin.register,
      configuration: Self.network.merging([
        "background": background, "background_batch_size": "4", "background_epochs": "2",
        "background_head_width": "16", "background_head_rate_multiplier": "1",
      ]) { $1 })
  }

  @Test func segmenterKeepsTheContract() throws {
    try checkSegmenterContract(
      SECPlugin.name, from: SECPlugin.register, configuration: Self.network)
  }
}
