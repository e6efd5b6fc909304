import CoreAPI
import Imaging
import Networks
import PluginTestSupport
import SharedTestSupport
import Testing

@testable import DSRG

@Suite struct DSRGConfigurationTests {
  private func message(_ values: [String: String]) -> String {
    SharedTestSupport.message { _ = try DSRGConfiguration(ConfigurationReader(section: values)) }
  }

  @Test func defaultsAreThoseOfTheReference() throws {
    let c = try DSRGConfiguration(ConfigurationReader(section: [:]))
    #expect(c.network.backbone == .vgg16 && c.network.weights.isEmpty)
    #expect(c.network.input == .caffe)
    #expect(c.network.dilations == [6, 12, 18, 24] && c.network.headWidth == 1024)
    #expect(c.cueThreshold == 0.2 && c.background.source == .gradient)

    let growing = c.growing
    #expect(growing.inputSize == ImageSize(width: 321, height: 321))
    #expect(growing.batchSize == 20 && growing.steps == 8000)
    #expect(growing.rate == 5e-4 && growing.rateFactor == 0.33 && growing.rateInterval == 1000)
    #expect(growing.foregroundThreshold == 0.85 && growing.backgroundThreshold == 0.99)
    #expect(growing.crfScale == 12 && growing.passesThroughCRF)

    let retraining = c.retraining
    #expect(retraining.cropSize == 321 && retraining.batchSize == 10)
    #expect(retraining.steps == 20_000 && retraining.rate == 1e-3 && retraining.power == 0.9)
    for optimization in [growing.optimization, retraining.optimization] {
      #expect(optimization.headRateMultiplier == 10 && optimization.weightDecay == 5e-4)
      #expect(optimization.optimizer == .sgd && optimization.momentum == 0.9)
    }
    #expect(c.inference.trainingSizes == [241, 321, 401])
    #expect(c.inference.scales == [0.75, 1, 1.25] && c.inference.crf == .secInference)
  }

  @Test func trainingsHaveValuesOfTheirOwn() throws {
    let c = try DSRGConfiguration(
      ConfigurationReader(section: ["rate": "0.5", "retraining_rate": "0.25"]))
    #expect(c.growing.rate == 0.5 && c.retraining.rate == 0.25)
    let alone = try DSRGSegmenterConfiguration(ConfigurationReader(section: ["rate": "0.5"]))
    #expect(alone.training.rate == 0.5 && alone.training.steps == 20_000)
  }

  @Test(arguments: DSRGBackbone.allCases)
  func inputIsThatOfThePublishedWeights(backbone: DSRGBackbone) throws {
    let c = try NetworkConfiguration(ConfigurationReader(section: ["backbone": backbone.rawValue]))
    let isCaffe = backbone == .vgg16 || backbone == .resNet101
    #expect(c.input == (isCaffe ? .caffe : .imageNet))
  }

  static let messages: [([String: String], String)] = [
    (
      ["backbone": "vgg19"],
      "'part.backbone' is 'vgg19'. Expected one of: vgg16, resnet101, mobilenetv2, tiny. "
        + "Did you mean 'vgg16'?"
    ),
    (
      ["dilations": "[1.5]"],
      "'part.dilations' is a list. Expected a list of whole numbers, each from 1 through 100."
    ),
    (
      ["prediction_sizes": "[240.5]"],
      "'part.prediction_sizes' is a list. "
        + "Expected a list of whole numbers, each from 16 through 8192."
    ),
    (
      ["prediction_sizes": "[8]"],
      "'part.prediction_sizes' is a list. "
        + "Expected a list of whole numbers, each from 16 through 8192."
    ),
    (
      ["prediction_sizes": "[]"],
      "'part.prediction_sizes' is an empty list. "
        + "Expected at least one whole number from 16 through 8192."
    ),
    (
      ["prediction_scales": "[]"],
      "'part.prediction_scales' is an empty list. "
        + "Expected at least one number from 0.01 through 100."
    ),
    (
      ["momentum": "1"],
      "'part.momentum' is '1'. Expected a number of at least 0 and below 1."
    ),
    (
      ["retraining_momentum": "1"],
      "'part.retraining_momentum' is '1'. Expected a number of at least 0 and below 1."
    ),
    (
      ["background_momentum": "1"],
      "'part.background_momentum' is '1'. Expected a number of at least 0 and below 1."
    ),
    (
      ["foreground_threshold": "1.5"],
      "'part.foreground_threshold' is '1.5'. Expected a number from 0 through 1."
    ),
    (
      ["retraining_steps": "-1"],
      "'part.retraining_steps' is '-1'. Expected a whole number from 0 through 10000000."
    ),
  ]

  @Test(arguments: messages.indices)
  func valuesOutOfRangeAreRefused(index: Int) {
    let (values, expected) = Self.messages[index]
    #expect(message(values) == "built-in configuration: \(expected)")
  }

  @Test func unknownNamesAreRefused() {
    #expect(
      message(["thresold": "1"]).hasPrefix(
        "built-in configuration: Unknown key 'part.thresold'."))
  }
}
