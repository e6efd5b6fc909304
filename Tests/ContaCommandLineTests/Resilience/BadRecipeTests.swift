import Foundation
import SharedTestSupport
import Testing

/// A recipe that cannot be run is refused in one line, before anything is written.
@Suite struct BadRecipeTests {
  private let input: BadInput

  init() throws { input = try BadInput() }

  private func recipe(_ text: String) throws -> String {
    try input.folder.write("base: \(TinyRun.recipe)\n\(text)", to: "recipe.yaml")
    return "\(input.folder.path)/recipe.yaml"
  }

  private func expectRefusal(of text: String, _ message: String) throws {
    let path = try recipe(text)
    try input.expectRefusal(command: ["run", path, "--out", input.output], "\(path)\(message)")
  }

  @Test func aMissingRecipe() throws {
    let path = "\(input.folder.path)/none.yaml"
    try input.expectRefusal(
      command: ["run", path, "--out", input.output], "No file at '\(path)'. Check the path.")
  }

  @Test func anUnknownKey() throws {
    try expectRefusal(
      of: "segmenter:\n  crop_sise: 48\n",
      ":3: Unknown key 'segmenter.crop_sise'. Did you mean 'crop_size'? Keys of 'segmenter': "
        + "accumulation, backbone, batch_size, crf, crf_appearance_deviation, "
        + "crf_appearance_weight, crf_color_deviation, crf_iterations, crf_smoothness_deviation, "
        + "crf_smoothness_weight, crop_size, dilations, frozen_stages, head_rate_multiplier, "
        + "momentum, name, optimizer, power, pyramid, rate, rate_interval, scales, steps, "
        + "weight_decay, weights.")
  }

  @Test func aValueOfAnotherType() throws {
    try expectRefusal(
      of: "seed_generator:\n  epochs: many\n",
      ":3: 'seed_generator.epochs' is 'many'. Expected a whole number from 1 through 10000.")
  }

  @Test(arguments: [
    (
      "seed_generator.momentum=1",
      "'seed_generator.momentum' is '1'. Expected a number of at least 0 and below 1."
    ),
    (
      "seed_generator.scales=[]",
      "'seed_generator.scales' is an empty list. "
        + "Expected at least one number from 0.01 through 100."
    ),
    (
      "segmenter.scales=[]",
      "'segmenter.scales' is an empty list. Expected at least one number from 0.01 through 100."
    ),
    (
      "segmenter.scales=[1e30]",
      "'segmenter.scales' is a list. Expected a list of numbers, each from 0.01 through 100."
    ),
    (
      "segmenter.dilations=[1e30]",
      "'segmenter.dilations' is a list. "
        + "Expected a list of whole numbers, each from 1 through 100."
    ),
    (
      "intervention.ports=[]",
      "'intervention.ports' is an empty list. Expected at least one port."
    ),
  ])
  func aValueThatWouldEndTheRunHoursLater(change: String, message: String) throws {
    try input.expectRefusal([change], "command line: \(message)")
  }

  @Test func aCropTooSmallForItsPairs() throws {
    try input.expectRefusal(
      ["expander.crop_size=64", "expander.training_radius=10"],
      "command line: 'expander.crop_size' is '64'. Expected at least 76 for the pairs of "
        + "'expander.training_radius', 10; raise the one or lower the other.")
  }

  @Test func textThatIsNoYAML() throws {
    try expectRefusal(
      of: "segmenter: [1\n",
      ":3: This is not valid YAML: did not find expected ',' or ']'. Check the indentation and the "
        + "quotes around this line.")
  }

  @Test func anUnknownPlugin() throws {
    try input.expectRefusal(
      ["seed_generator.name=irnt"],
      "Unknown seed generator 'irnt'. Registered: dsrg, external, irnet, seam, sec. "
        + "Did you mean 'irnet'?")
  }

  @Test func anOverrideThatIsNone() throws {
    try input.expectRefusal(
      ["segmenter"],
      "command line: 'segmenter' is not an override. Expected key=value, for example "
        + "segmenter.rate=1e-3.")
  }

  @Test func aPortThatTheGeneratorDoesNotHave() throws {
    try input.expectRefusal(
      ["intervention.ports=[block9]"],
      "The seed generator 'irnet' has no context port 'block9'. Its ports: block2, block3, block4, "
        + "block5.")
  }

  @Test func aFusionThatThePortCannotTake() throws {
    try input.expectRefusal(
      ["intervention.ports=[block3]", "intervention.fusion=widen"],
      "The fusion 'widen' does not fit port 'block3': the next block expects the same number of "
        + "channels. Use the last port or another fusion.")
  }

  @Test func aPortInFrontOfFrozenStages() throws {
    try input.expectRefusal(
      ["intervention.ports=[block2]", "seed_generator.frozen_stages=3"],
      "The classifier offers no context port 'block2', because no gradient flows back through the "
        + "frozen stages behind it. Ports it offers: block3, block4, block5. Use one of them or "
        + "freeze fewer stages.")
  }

  @Test func aTrainingSetSmallerThanABatch() throws {
    try input.expectRefusal(
      ["seed_generator.batch_size=25"],
      "Tiny IRNet · classifier: 24 training samples do not fill one batch of 25. "
        + "Lower the batch size or use more samples.")
    try input.expectRefusal(
      ["segmenter.batch_size=13"],
      "Tiny IRNet · segmenter: 24 training samples do not fill one batch of 26. "
        + "Lower the batch size or use more samples.")
  }

  @Test func aDeviceThatIsNone() throws {
    try input.expectRefusal(
      command: ["run", TinyRun.recipe, "--device", "gpu", "--out", input.output],
      "Unknown device 'gpu'. Expected cpu, cuda, or cuda:N with N the number of a GPU.")
  }

  // MARK: - Weights

  @Test func aMissingWeightFile() throws {
    let path = "\(input.folder.path)/none.pth"
    try input.expectRefusal(
      ["seed_generator.weights=\(path)"],
      "command line: 'seed_generator.weights' is '\(path)'. Expected a file that exists; a relative "
        + "path starts from the folder of the recipe that has it, on the command line from the "
        + "current folder.")
  }

  @Test func aFileThatHoldsNoWeights() throws {
    try input.folder.write("<html>Not found</html>", to: "weights.pth")
    let path = "\(input.folder.path)/weights.pth"
    try input.expectRefusal(
      ["seed_generator.weights=\(path)"],
      "'\(path)' is no weight file: it starts like no safetensors file, PyTorch checkpoint or MXNet "
        + "parameter file. Check that the download is not an error page.")
  }

  @Test func aPickleThatCallsTheShell() throws {
    let mark = "\(input.folder.path)/called"
    // os.system("touch …") as a pickle.
    let path = "\(input.folder.path)/weights.pth"
    let pickle =
      Data([0x80, 0x02]) + Data("cos\nsystem\n(S'touch \(mark)'\ntR.".utf8)
    try pickle.write(to: URL(fileURLWithPath: path))
    try input.expectRefusal(
      ["segmenter.weights=\(path)"],
      "The PyTorch checkpoint '\(path)' was refused: reading it would call 'os.system', which no "
        + "weight file needs. Do not load it with other software; get it from a source you trust.")
    #expect(!FileManager.default.fileExists(atPath: mark))
  }

  @Test func theWeightsOfAnotherNetwork() throws {
    let path = "\(input.folder.path)/weights.safetensors"
    let header = #"{"fc.bias":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#
    var data = Data()
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { data.append(contentsOf: $0) }
    data += Data(header.utf8) + Data(count: 4)
    try data.write(to: URL(fileURLWithPath: path))
    try input.expectRefusal(
      ["seed_generator.weights=\(path)"],
      "The weight file '\(path)' does not fit the backbone 'tiny': 35 tensors are missing, the "
        + "first is 'tiny.stage1.conv1.weight'. Name a file of this network.")
  }
}
