import PluginTestSupport
import SEAM
import Testing

@Suite(.serialized) struct SEAMContractTests {
  @Test(arguments: ["0", "2"])
  func seedGeneratorKeepsTheContract(frozenStages: String) throws {
    try checkSeedGeneratorContract(
      SEAMPlugin.name, from: SEAMPlugin.register,
      configuration: [
        "backbone": "tiny", "frozen_stages": frozenStages, "batch_size": "4", "epochs": "2",
        "crop_size": "32", "shortest_long_side": "32", "longest_long_side": "48",
        "small_scale": "0.5", "scales": "[1, 0.5]",
      ])
  }
}
