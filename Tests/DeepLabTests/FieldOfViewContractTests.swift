import DeepLab
import PluginTestSupport
import Testing

@Suite(.serialized) struct FieldOfViewContractTests {
  @Test(arguments: ["false", "true"])
  func segmenterKeepsTheContract(crf: String) throws {
    try checkSegmenterContract(
      DeepLabPlugin.version1Name, from: DeepLabPlugin.register,
      configuration: [
        "backbone": "tiny", "batch_size": "4", "steps": "4", "crop_size": "32", "dilation": "2",
        "rate": "0.001", "norm_momentum": "0.1", "scales": "[1, 0.5]", "crf": crf,
      ])
  }
}
