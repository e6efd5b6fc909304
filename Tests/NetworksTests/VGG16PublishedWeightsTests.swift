import CoreAPI
import SharedTestSupport
import TensorFiles
import Tensors
import Testing

@testable import Networks

/// What the names in a file of VGG-16 say, and what its head gets from it.
@Suite(.serialized) struct VGG16PublishedWeightsTests {
  private let scalar = TensorData([0] as [Float], dtype: .float32, shape: [1])

  @Test(arguments: [
    ("classifier.6.weight", InputNormalization.imageNet), ("conv1_1.weight", .caffe),
  ])
  func aFileIsRefusedUnderTheOtherInput(name: String, expected: InputNormalization) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/vgg.safetensors"
      try Safetensors.write([(name, scalar)], metadata: [:], to: path)
      let other: InputNormalization = expected == .caffe ? .imageNet : .caffe
      let store = ParameterStore(seed: 1)
      for key in ["input", "background_input"] {
        expectMessage(
          "The weight file '\(path)' was trained on images as '\(key): \(expected.rawValue)' gives "
            + "them, but '\(key)' is '\(other.rawValue)'. Set '\(key): \(expected.rawValue)'."
        ) {
          _ = try BackboneKind.vgg16.loadWeights(
            path, at: "", input: other, inputKey: key, into: store, use: "test")
        }
      }
      // Its own input is right; what it lacks is another matter.
      let text = message {
        _ = try BackboneKind.vgg16.loadWeights(
          path, at: "", input: expected, into: store, use: "test")
      }
      #expect(!text.contains("was trained on"))
    }
  }

  @Test func namesThatBothKindsHaveTellNothing() {
    #expect(VGG16.input(ofFileWith: ["features.0.weight", "fc6.weight"]) == nil)
  }

  @Test func branchesShareTheFilesLayersUnlessTheyHaveTheirOwn() {
    let own = TensorData([1] as [Float], dtype: .float32, shape: [1])
    var tensors = [
      "fc6.weight": scalar, "fc6.bias": scalar, "fc7.weight": scalar, "fc7.bias": scalar,
      "fc7_2.weight": own, "fc7_2.bias": own,
    ]
    let sources = VGG16.shareHeadLayers(
      of: &tensors, with: ["fc6_1", "fc6_2", "fc7_1", "fc7_2", "fc8-SEC_1", "fc6"])
    #expect(sources == ["fc6_1": "fc6", "fc6_2": "fc6", "fc7_1": "fc7"])
    #expect(tensors["fc6_2.bias"] == scalar && tensors["fc7_1.weight"] == scalar)
    #expect(tensors["fc7_2.weight"] == own && tensors["fc8-SEC_1.weight"] == nil)
  }

  @Test func layersThatTheFileLacksAreNamed() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/torchvision.safetensors"
      let published = ParameterStore(seed: 2)
      _ = try VGG16(published.root)
      try Safetensors.write(
        try published.stateDictionary() + [("classifier.6.weight", scalar)], metadata: [:],
        to: path)
      let store = ParameterStore(seed: 1)
      _ = try VGG16(store.root)
      _ = try FieldOfViewHead(store.root, inChannels: 512, width: 8, outChannels: 3)
      let loaded = try BackboneKind.vgg16.loadWeights(
        path, at: "", besides: ["fc6", "fc7", "fc8"], input: .imageNet, into: store, use: "SEC")
      #expect(loaded.randomLayers == ["fc6", "fc7"])
      #expect(
        loaded.note
          == "SEC: the layers fc6, fc7 begin with random weights, because '\(path)' has no fc6 and "
          + "fc7 of their shape. Caffe's 'vgg16_20M' has them.")
    }
  }
}
