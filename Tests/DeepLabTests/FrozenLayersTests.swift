import CoreAPI
import PluginTestSupport
import Tensors
import Testing

@testable import DeepLab

@Suite(.serialized) struct FrozenLayersTests {
  @Test func theDilatedResNetsNormsGetNoGradient() throws {
    let segmenter = try segmenter(["backbone": "resnet50"])
    let norms = segmenter.parameters.parameters.filter { $0.name.contains(".bn.") }
    #expect(norms.count == 4 * 53)
    #expect(norms.allSatisfy { !$0.isTrainable })
    try segmenter.network.scores(Tensor.ones([1, 3, 33, 33])).sum().backward()
    #expect(norms.allSatisfy { $0.value.gradient == nil })
    #expect(segmenter.parameters["base.layer1.conv1.conv.weight"]?.value.gradient != nil)
  }

  @Test func frozenStagesOfALightBackboneGetNoGradient() throws {
    let segmenter = try segmenter(["backbone": "tiny", "frozen_stages": "2"])
    try segmenter.network.scores(Tensor.ones([2, 3, 32, 32]), statistics: .batch).sum().backward()
    for parameter in segmenter.parameters.parameters where parameter.isTrainable {
      let isFrozen = ["base.stage1.", "base.stage2."].contains { parameter.name.hasPrefix($0) }
      #expect((parameter.value.gradient == nil) == isFrozen, "\(parameter.name)")
    }
  }

  private func segmenter(_ values: [String: String]) throws -> DeepLabSegmenter {
    try DeepLabSegmenter(
      DeepLabConfiguration(ConfigurationReader(section: values)),
      PartContext(classes: ClassList(foreground: ["cat", "dog"]), seed: 1))
  }
}
