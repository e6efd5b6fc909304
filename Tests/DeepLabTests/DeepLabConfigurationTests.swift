import CoreAPI
import Imaging
import PluginTestSupport
import SharedTestSupport
import Testing

@testable import DeepLab

@Suite struct DeepLabConfigurationTests {
  private func configuration(_ values: [String: String]) throws -> DeepLabConfiguration {
    try DeepLabConfiguration(ConfigurationReader(section: values))
  }

  private func message(_ values: [String: String]) -> String {
    SharedTestSupport.message { _ = try configuration(values) }
  }

  @Test func defaultsAreThoseOfTheReference() throws {
    let c = try configuration([:])
    #expect(c.backbone == .resNet101 && c.weights.isEmpty)
    #expect(c.dilations == [6, 12, 18, 24] && c.pyramid == [0.5, 0.75])
    #expect(c.batchSize == 5 && c.accumulation == 2 && c.steps == 20_000)
    #expect(c.rate == 2.5e-4 && c.headRateMultiplier == 10)
    #expect(c.weightDecay == 5e-4 && c.momentum == 0.9)
    #expect(c.power == 0.9 && c.rateInterval == 10)
    #expect(c.cropSize == 321 && c.scales == [0.5, 0.75, 1, 1.25, 1.5])
    #expect(c.crf == nil)
  }

  @Test func thePyramidMayBeEmpty() throws {
    #expect(try configuration(["pyramid": "[]"]).pyramid.isEmpty)
  }

  @Test func valuesOutOfRangeAreRefused() {
    #expect(
      message(["backbone": "vgg"])
        == "built-in configuration: 'part.backbone' is 'vgg'. "
        + "Expected one of: resnet101, resnet50, mobilenetv2, tiny.")
    #expect(
      message(["dilations": "[1.5]"])
        == "built-in configuration: 'part.dilations' is a list. "
        + "Expected a list of whole numbers, each from 1 through 100.")
    #expect(
      message(["dilations": "[1e30]"])
        == "built-in configuration: 'part.dilations' is a list. "
        + "Expected a list of whole numbers, each from 1 through 100.")
    #expect(
      message(["dilations": "[]"])
        == "built-in configuration: 'part.dilations' is an empty list. "
        + "Expected at least one whole number from 1 through 100.")
    #expect(
      message(["scales": "[]"])
        == "built-in configuration: 'part.scales' is an empty list. "
        + "Expected at least one number from 0.01 through 100.")
    #expect(
      message(["pyramid": "[1e30]"])
        == "built-in configuration: 'part.pyramid' is a list. "
        + "Expected a list of numbers, each from 0.01 through 100.")
    #expect(
      message(["momentum": "1"])
        == "built-in configuration: 'part.momentum' is '1'. "
        + "Expected a number of at least 0 and below 1.")
    #expect(
      message(["accumulation": "0"])
        == "built-in configuration: 'part.accumulation' is '0'. "
        + "Expected a whole number from 1 through 4096.")
    #expect(
      message(["frozen_stages": "1"])
        == "built-in configuration: 'part.frozen_stages' is '1'. "
        + "Expected at most 0 with the backbone resnet101.")
    #expect(
      message(["crf": "yes"]).hasPrefix(
        "built-in configuration: 'part.crf' is 'yes'. Expected true or false."))
  }
}
