import DeepLab
import PluginTestSupport
import Testing

@Suite(.serialized) struct DeepLabContractTests {
  @Test(arguments: ["[]", "[0.5, 0.75]"])
  func segmenterKeepsTheContract(pyramid: String) throws {
    try checkSegmenterContract(
      DeepLabPlugin.name, from: DeepLabPlugin.register,
      configuration: [
        "backbone": "tiny", "batch_size": "4", "accumulation": "2", "steps": "4", "crop_size": "32",
        "dilations": "[1, 2]", "pyramid": pyramid, "rate": "0.01",
      ])
  }
}
