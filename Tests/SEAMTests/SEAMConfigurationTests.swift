import CoreAPI
import Networks
import PluginTestSupport
import SharedTestSupport
import Testing

@testable import SEAM

@Suite struct SEAMConfigurationTests {
  private func configuration(_ values: [String: String]) throws -> SEAMConfiguration {
    try SEAMConfiguration(ConfigurationReader(section: values))
  }

  private func message(_ values: [String: String]) -> String {
    SharedTestSupport.message { _ = try configuration(values) }
  }

  @Test func defaultsAreThoseOfTheReference() throws {
    let c = try configuration([:])
    #expect(c.backbone == .resNet38 && c.weights.isEmpty)
    #expect(c.batchSize == 8 && c.epochs == 8 && c.dropout == 0.5)
    #expect(c.rate == 0.01 && c.headRateMultiplier == 10 && c.power == 0.9)
    #expect(c.weightDecay == 5e-4 && c.momentum == 5e-4 && c.optimizer == .sgd)
    #expect(c.cropSize == 448 && c.longerSide == 448...768 && c.jittersColors)
    #expect(c.smallScale == 0.3 && c.hardFraction == 0.2 && c.usesMinPooling)
    #expect(c.scales == [0.5, 1, 1.5, 2])
  }

  @Test func pretrainedStagesAreFrozenOnlyWithWeights() throws {
    #expect(try configuration([:]).frozenStages == 0)
    #expect(try configuration(["weights": "w"]).frozenStages == 2)
    #expect(try configuration(["weights": "w", "frozen_stages": "0"]).frozenStages == 0)
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
      message(["backbone": "resnet83"])
        == "built-in configuration: 'part.backbone' is 'resnet83'. Expected one of: resnet50, "
        + "resnet38, vgg16, mobilenetv2, tiny. Did you mean 'resnet38'?")
    #expect(
      message(["small_scale": "0.01"])
        == "built-in configuration: 'part.small_scale' is '0.01'. "
        + "Expected a number from 0.1 through 1.")
    #expect(
      message(["backbone": "tiny", "frozen_stages": "6"])
        == "built-in configuration: 'part.frozen_stages' is '6'. "
        + "Expected a whole number from 0 through 5.")
    #expect(
      message(["hard_fraction": "0"])
        == "built-in configuration: 'part.hard_fraction' is '0'. "
        + "Expected a number from 0.01 through 1.")
    #expect(
      message(["dropout": "1"])
        == "built-in configuration: 'part.dropout' is '1'. "
        + "Expected a number from 0 through 0.95.")
    #expect(
      message(["shortest_long_side": "500", "longest_long_side": "400"])
        == "built-in configuration: 'part.longest_long_side' is '400'. "
        + "Expected at least shortest_long_side, 500.")
    #expect(
      message(["momentum": "1"])
        == "built-in configuration: 'part.momentum' is '1'. "
        + "Expected a number of at least 0 and below 1.")
    #expect(
      message(["scales": "[]"])
        == "built-in configuration: 'part.scales' is an empty list. "
        + "Expected at least one number from 0.01 through 100.")
    #expect(
      message(["min_poling": "true"]).hasPrefix(
        "built-in configuration: Unknown key 'part.min_poling'. Did you mean 'min_pooling'?"))
  }
}
