import CoreAPI
import PluginTestSupport
import SharedTestSupport
import TensorFiles
import Tensors
import Testing

@testable import DeepLab

@Suite(.serialized) struct DeepLabWeightsTests {
  /// A checkpoint of the body alone, as published for ImageNet, leaves the head at its initial weights.
  @Test func loadsABackboneWithoutAHead() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/body.safetensors"
    let trained = try segmenter(seed: 2, weights: "")
    let body = try trained.parameters.stateDictionary().filter { !$0.0.contains("aspp") }
    try Safetensors.write(
      body.map { (String($0.0.dropFirst("base.".count)), $0.1) }, metadata: [:], to: path)

    let loaded = try segmenter(seed: 1, weights: path)
    let initial = try segmenter(seed: 1, weights: "")
    for (name, values) in try loaded.parameters.stateDictionary() {
      let origin = name.contains("aspp") ? initial : trained
      #expect(try origin.parameters[name]?.value.data() == values, "\(name)")
    }
    #expect(loaded.supervision.map(\.kind) == ["weights"])
  }

  private func segmenter(seed: UInt64, weights: String) throws -> DeepLabSegmenter {
    try DeepLabSegmenter(
      DeepLabConfiguration(
        ConfigurationReader(section: ["backbone": "tiny", "weights": weights])),
      PartContext(classes: ClassList(foreground: ["cat", "dog"]), seed: seed))
  }
}
