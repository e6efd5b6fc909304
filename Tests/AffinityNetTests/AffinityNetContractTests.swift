import AffinityNet
import PluginTestSupport
import Testing

@Suite(.serialized) struct AffinityNetContractTests {
  @Test(arguments: ["false", "true"])
  func expanderKeepsTheContract(crf: String) throws {
    try checkExpanderContract(
      AffinityNetPlugin.name, from: AffinityNetPlugin.register,
      configuration: [
        "backbone": "tiny", "batch_size": "4", "epochs": "2", "crop_size": "40", "radius": "4",
        "walk_doublings": "3", "crf": crf,
      ])
  }
}
