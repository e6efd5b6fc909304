import CoreAPI
import Tensors
import Testing

@testable import DeepLab

@Suite(.serialized) struct FrozenNormTests {
  @Test func theDilatedResNetsNormsGetNoGradient() throws {
    let section = ConfigurationNode(
      .section([.init(key: "backbone", node: ConfigurationNode(.scalar("resnet50")))]))
    let segmenter = try DeepLabSegmenter(
      DeepLabConfiguration(ConfigurationReader(section)),
      PartContext(classes: ClassList(foreground: ["cat", "dog"]), seed: 1))
    let norms = segmenter.parameters.parameters.filter { $0.name.contains(".bn.") }
    #expect(norms.count == 4 * 53)
    #expect(norms.allSatisfy { !$0.isTrainable })
    try segmenter.network.scores(Tensor.ones([1, 3, 33, 33])).sum().backward()
    #expect(norms.allSatisfy { $0.value.gradient == nil })
    #expect(segmenter.parameters["base.layer1.conv1.conv.weight"]?.value.gradient != nil)
  }
}
