import CoreAPI
import Imaging
import Networks
import PluginTestSupport
import SharedTestSupport
import Tensors
import Testing

@testable import DeepLab

@Suite(.serialized) struct FieldOfViewConfigurationTests {
  private func configuration(_ values: [String: String]) throws -> FieldOfViewConfiguration {
    try FieldOfViewConfiguration(ConfigurationReader(section: values))
  }

  private func message(_ values: [String: String]) -> String {
    SharedTestSupport.message { _ = try configuration(values) }
  }

  @Test func defaultsAreThoseOfTheReference() throws {
    let c = try configuration([:])
    #expect(c.backbone == .resNet38 && c.weights.isEmpty && c.dilation == 12)
    #expect(c.headWidth == 512 && c.dropout == 0.5)
    #expect(c.batchSize == 10 && c.steps == 20_000)
    #expect(c.rate == 1e-3 && c.headRateMultiplier == 10 && c.power == 0.9)
    #expect(c.weightDecay == 5e-4 && c.momentum == 0.9 && c.normMomentum == 3e-4)
    #expect(c.cropSize == 448 && c.trainingScales == 0.5...1.5 && c.colorShift == 10)
    #expect(c.scales == [0.5, 0.75, 1, 1.25, 1.5, 1.75] && c.crf == .deepLabV1ResNet38)
  }

  @Test func onlyVGG16HasAChoiceOfInput() throws {
    #expect(try configuration([:]).input == .imageNet)
    #expect(try configuration(["backbone": "vgg16"]).input == .caffe)
    #expect(try configuration(["backbone": "vgg16", "input": "imagenet"]).input == .imageNet)
    #expect(
      message(["input": "imagenet"]).hasPrefix(
        "built-in configuration: Unknown key 'part.input'."))
  }

  @Test func valuesOutOfRangeAreRefused() {
    #expect(
      message(["batch_size": "1"])
        == "built-in configuration: 'part.batch_size' is '1'. "
        + "Expected a whole number from 2 through 4096.")
    #expect(
      message(["smallest_scale": "1", "largest_scale": "0.5"])
        == "built-in configuration: 'part.largest_scale' is '0.5'. "
        + "Expected at least smallest_scale, 1.0.")
    #expect(
      message(["color_shift": "91"])
        == "built-in configuration: 'part.color_shift' is '91'. "
        + "Expected a whole number from 0 through 90.")
    #expect(
      message(["momentum": "1"])
        == "built-in configuration: 'part.momentum' is '1'. "
        + "Expected a number of at least 0 and below 1.")
    #expect(
      message(["scales": "[]"])
        == "built-in configuration: 'part.scales' is an empty list. "
        + "Expected at least one number from 0.01 through 100.")
  }

  @Test func onlyTheTinyNetTrainsItsNorms() throws {
    for (backbone, trainsNorms) in [("tiny", true), ("mobilenetv2", false)] {
      let segmenter = try FieldOfViewSegmenter(
        configuration(["backbone": backbone]),
        PartContext(classes: ClassList(foreground: ["cat", "dog"]), seed: 1))
      let groups = segmenter.parameterGroups
      let names = groups.flatMap { $0.parameters.map(\.name) }
      #expect(Set(names).count == names.count)
      #expect(names.contains { $0.contains("norm") } == trainsNorms)
      #expect(!names.contains { $0.hasPrefix("bn_fov") })
      #expect(groups.map(\.rateMultiplier).prefix(4) == [1, 2, 10, 20])
    }
  }
}
