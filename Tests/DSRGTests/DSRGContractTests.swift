import DSRG
import PluginTestSupport
import Testing

@Suite(.serialized) struct DSRGContractTests {
  private static let network = ["backbone": "tiny", "dilations": "[1, 2]"]

  @Test func seedGeneratorKeepsTheContract() throws {
    try checkSeedGeneratorContract(
      DSRGPlugin.name, from: DSRGPlugin.register,
      configuration: [
        "backbone": "tiny", "head_width": "16", "batch_size": "4", "epochs": "2",
        "crop_size": "32", "shortest_long_side": "32", "longest_long_side": "48",
        "input_size": "48", "scales": "[1, 0.5]",
      ])
  }

  @Test(arguments: ["0", "4"])
  func expanderKeepsTheContract(retrainingSteps: String) throws {
    try checkExpanderContract(
      DSRGPlugin.name, from: DSRGPlugin.register,
      configuration: Self.network.merging([
        "batch_size": "4", "steps": "4", "input_size": "32", "rate": "0.01", "crf_scale": "4",
        "background": retrainingSteps == "0" ? "activation" : "gradient",
        "background_batch_size": "4", "background_epochs": "2", "background_head_width": "16",
        "retraining_batch_size": "4", "retraining_steps": retrainingSteps,
        "retraining_crop_size": "32", "retraining_rate": "0.01", "prediction_sizes": "[32, 48]",
      ]) { $1 })
  }

  @Test func segmenterKeepsTheContract() throws {
    try checkSegmenterContract(
      DSRGPlugin.name, from: DSRGPlugin.register,
      configuration: Self.network.merging([
        "batch_size": "4", "steps": "4", "crop_size": "32", "rate": "0.01",
        "prediction_scales": "[1]",
      ]) { $1 })
  }
}
