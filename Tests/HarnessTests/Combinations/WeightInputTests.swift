import BuiltinPlugins
import CoreAPI
import PluginTestSupport
import SharedTestSupport
import TensorFiles
import Testing

/// Every part on VGG-16 refuses torchvision's weights under Caffe's input, which is the default.
@Suite(.serialized) struct WeightInputTests {
  private let folder: TemporaryFolder
  private let path: String
  private let part = PartContext(classes: ClassList(foreground: ["cat", "dog"]), seed: 1)

  init() throws {
    folder = try TemporaryFolder()
    path = "\(folder.path)/vgg16.safetensors"
    // The name alone tells whose weights they are.
    try Safetensors.write(
      [("classifier.6.weight", TensorData([0] as [Float], dtype: .float32, shape: [1]))], to: path)
  }

  private func expectRefusal(
    key: String = "input", _ make: (ConfigurationReader) throws -> Void,
    weights: String = "weights", values: [String: String] = [:]
  ) {
    let section = ["backbone": "vgg16", weights: path].merging(values) { $1 }
    expectMessage(
      "The weight file '\(path)' was trained on images as '\(key): imagenet' gives them, but "
        + "'\(key)' is 'caffe'. Set '\(key): imagenet'."
    ) { try make(ConfigurationReader(section: section)) }
  }

  @Test(arguments: ["irnet", "seam", "sec", "dsrg"])
  func seedGenerators(name: String) throws {
    let entry = try BuiltinPlugins.registry().seedGenerator(name)
    expectRefusal({ _ = try entry.make($0, part) })
  }

  @Test(arguments: ["irnet", "affinitynet", "sec", "dsrg"])
  func expanders(name: String) throws {
    let entry = try BuiltinPlugins.registry().expander(name)
    let isCueMaker = name == "sec" || name == "dsrg"
    let values = isCueMaker ? ["head_width": "16", "background": "activation"] : [:]
    expectRefusal({ _ = try entry.make($0, part) }, values: values)
  }

  @Test(arguments: ["deeplab-v1", "sec", "dsrg"])
  func segmenters(name: String) throws {
    let entry = try BuiltinPlugins.registry().segmenter(name)
    expectRefusal({ _ = try entry.make($0, part) }, values: ["head_width": "16"])
  }

  /// A recipe for VGG-16 keeps its `input: caffe` when only the backbone is replaced.
  @Test(arguments: ["sec", "dsrg"], ["resnet50", "resnet38", "mobilenetv2"])
  func otherBackbonesUnderCaffesInput(name: String, backbone: String) throws {
    let entry = try BuiltinPlugins.registry().seedGenerator(name)
    expectRefusal(
      { _ = try entry.make($0, part) }, values: ["backbone": backbone, "input": "caffe"])
  }

  @Test(arguments: ["sec", "dsrg"])
  func classifiersOfBackgroundCues(name: String) throws {
    let entry = try BuiltinPlugins.registry().expander(name)
    expectRefusal(
      key: "background_input", { _ = try entry.make($0, part) }, weights: "background_weights",
      values: ["head_width": "16", "background_head_width": "16"])
  }
}
