import CoreAPI
import External
import Imaging
import PluginTestSupport
import SharedTestSupport
import Testing

@Suite(.serialized) struct ExternalContractTests {
  /// Writes a mask with the first class of the labels for every contract scene.
  private func withMasks(_ body: (_ configuration: [String: String]) throws -> Void) throws {
    let scenes = ContractScenes()
    try withTemporaryFolder { folder in
      for id in scenes.trainingSet.ids {
        let image = try scenes.image(of: id)
        let index = UInt8(try scenes.labels(of: id).indices[0])
        try LabelMap(width: image.width, height: image.height, filledWith: index)
          .write(to: "\(folder)/\(id).png")
      }
      try body(["folder": folder])
    }
  }

  @Test func seedGeneratorKeepsTheContract() throws {
    try withMasks {
      try checkSeedGeneratorContract(
        ExternalPlugin.name, from: ExternalPlugin.register, configuration: $0)
    }
  }

  @Test func expanderKeepsTheContract() throws {
    try withMasks {
      try checkExpanderContract(
        ExternalPlugin.name, from: ExternalPlugin.register, configuration: $0)
    }
  }

  @Test func segmenterKeepsTheContract() throws {
    try withMasks {
      try checkSegmenterContract(
        ExternalPlugin.name, from: ExternalPlugin.register, configuration: $0)
    }
  }
}
