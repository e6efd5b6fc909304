import CoreAPI
import Imaging
import Networks
import PluginTestSupport
import SharedTestSupport
import Testing

@testable import SEC

@Suite struct SECConfigurationTests {
  @Test func defaultsAreThoseOfTheReference() throws {
    let c = try SECConfiguration(ConfigurationReader(section: [:]))
    #expect(c.backbone == .vgg16 && c.input == .caffe && c.inputSize == 321)
    #expect(c.headWidth == 1024 && c.dilation == 12 && c.dropout == 0.5)
    #expect(c.batchSize == 15 && c.steps == 8000)
    #expect(c.rate == 1e-3 && c.headRateMultiplier == 10)
    #expect(c.rateFactor == 0.1 && c.rateInterval == 2000)
    #expect(c.weightDecay == 5e-4 && c.momentum == 0.9 && c.flipProbability == 0)
    let cues = try #require(c.cues)
    #expect(cues.foregroundThreshold == 0.2 && cues.background.share == 0.1 && cues.grid == 41)
    #expect(c.foregroundDecay == 0.996 && c.backgroundDecay == 0.999)
    #expect(c.crfScale == 12 && c.crf == .secInference && c.crfTestScale == 1)
  }

  @Test func inputFollowsTheBackboneUnlessNamed() throws {
    #expect(
      try SECConfiguration(ConfigurationReader(section: ["backbone": "mobilenetv2"])).input
        == .imageNet)
    #expect(
      try SECConfiguration(ConfigurationReader(section: ["input": "imagenet"])).input == .imageNet)
    #expect(
      try ActivationSeedConfiguration(ConfigurationReader(section: ["backbone": "tiny"])).input
        == .imageNet)
    #expect(try ActivationSeedConfiguration(ConfigurationReader(section: [:])).input == .caffe)
  }

  @Test func valuesOutOfRangeAreRefused() {
    #expect(
      message { _ = try SECConfiguration(ConfigurationReader(section: ["backbone": "vgg19"])) }
        .hasPrefix(
          "built-in configuration: 'part.backbone' is 'vgg19'. Expected one of: resnet50, "))
    #expect(
      message { _ = try SECConfiguration(ConfigurationReader(section: ["input": "rgb"])) }
        == "built-in configuration: 'part.input' is 'rgb'. Expected one of: caffe, imagenet.")
    #expect(
      message { _ = try SECConfiguration(ConfigurationReader(section: ["dropout": "1"])) }
        == "built-in configuration: 'part.dropout' is '1'. "
        + "Expected a number from 0 through 0.95.")
    #expect(
      message {
        _ = try ActivationSeedConfiguration(
          ConfigurationReader(section: ["longest_long_side": "100"]))
      }
        == "built-in configuration: 'part.longest_long_side' is '100'. "
        + "Expected at least shortest_long_side, 256.")
    #expect(
      message {
        _ = try ActivationSeedConfiguration(ConfigurationReader(section: ["scales": "[]"]))
      }
        == "built-in configuration: 'part.scales' is an empty list. "
        + "Expected at least one number from 0.01 through 100.")
    let momentum =
      "built-in configuration: 'part.momentum' is '1'. "
      + "Expected a number of at least 0 and below 1."
    #expect(
      message { _ = try SECConfiguration(ConfigurationReader(section: ["momentum": "1"])) }
        == momentum)
    #expect(
      message {
        _ = try ActivationSeedConfiguration(ConfigurationReader(section: ["momentum": "1"]))
      } == momentum)
  }
}
