import CoreAPI
import Networks
import PluginTestSupport
import SharedTestSupport
import Testing

@testable import AffinityNet

@Suite struct AffinityNetConfigurationTests {
  private func configuration(_ values: [String: String]) throws -> AffinityNetConfiguration {
    try AffinityNetConfiguration(ConfigurationReader(section: values))
  }

  private func message(_ values: [String: String]) -> String {
    SharedTestSupport.message { _ = try configuration(values) }
  }

  @Test func defaultsAreThoseOfTheReference() throws {
    let c = try configuration([:])
    #expect(c.backbone == .resNet38 && c.weights.isEmpty && c.frozenStages == 0)
    #expect(c.lowBackgroundExponent == 4 && c.highBackgroundExponent == 24)
    #expect(c.batchSize == 8 && c.epochs == 8)
    #expect(c.rate == 0.01 && c.headRateMultiplier == 10 && c.power == 0.9)
    #expect(c.weightDecay == 5e-4 && c.momentum == 5e-4 && c.optimizer == .sgd)
    #expect(c.cropSize == 448 && c.jittersColors && c.radius == 5)
    #expect(c.featureWidth == 448)
    #expect(c.affinityExponent == 8 && c.walkDoublings == 6)
    #expect(c.maskBackgroundExponent == 6 && c.crf == nil)
    #expect(try configuration(["weights": "w"]).frozenStages == 2)
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
      message(["feature_width": "100"])
        == "built-in configuration: 'part.feature_width' is '100'. Expected a multiple of 7.")
    #expect(
      message(["crop_size": "44"])
        == "built-in configuration: 'part.crop_size' is '44'. Expected a multiple of 8.")
    #expect(
      message(["crop_size": "32"])
        == "built-in configuration: 'part.crop_size' is '32'. "
        + "Expected a whole number from 40 through 8192.")
    #expect(
      message(["low_background_exponent": "9", "high_background_exponent": "8"])
        == "built-in configuration: 'part.high_background_exponent' is '8'. "
        + "Expected more than low_background_exponent, 9.0.")
    #expect(
      message(["momentum": "1"])
        == "built-in configuration: 'part.momentum' is '1'. "
        + "Expected a number of at least 0 and below 1.")
    #expect(
      message(["radius": "1"])
        == "built-in configuration: 'part.radius' is '1'. "
        + "Expected a whole number from 2 through 64.")
    #expect(
      message(["walk_doubling": "1"]).hasPrefix(
        "built-in configuration: Unknown key 'part.walk_doubling'. "
          + "Did you mean 'walk_doublings'?"))
  }
}
