import IRNet
import PluginTestSupport
import Testing

@Suite(.serialized) struct IRNetContractTests {
  @Test(arguments: ["0", "2"])
  func seedGeneratorKeepsTheContract(frozenStages: String) throws {
    try checkSeedGeneratorContract(
      IRNetPlugin.name, from: IRNetPlugin.register,
      configuration: [
        "backbone": "tiny", "frozen_stages": frozenStages, "batch_size": "4", "epochs": "2",
        "crop_size": "32", "shortest_long_side": "32", "longest_long_side": "48",
        "scales": "[1, 0.5]",
      ])
  }

  @Test func expanderKeepsTheContract() throws {
    try checkExpanderContract(
      IRNetPlugin.name, from: IRNetPlugin.register,
      configuration: [
        "backbone": "tiny", "batch_size": "4", "epochs": "2", "crop_size": "32",
        "training_radius": "4", "walk_radius": "3", "padded_size": "16", "rate": "0.01",
      ])
  }
}
