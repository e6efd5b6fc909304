import CoreAPI
import Networks
import PluginTestSupport
import SharedTestSupport
import Testing

@testable import IRNet

@Suite struct IRNetConfigurationTests {
  @Test func activationDefaultsAreThoseOfTheReference() throws {
    let c = try ActivationConfiguration(ConfigurationReader(section: [:]))
    #expect(c.backbone == .resNet50 && c.weights.isEmpty)
    #expect(c.batchSize == 16 && c.epochs == 5)
    #expect(c.rate == 0.1 && c.headRateMultiplier == 10 && c.power == 0.9)
    #expect(c.weightDecay == 1e-4 && c.momentum == 1e-4)
    #expect(c.cropSize == 512 && c.longerSide == 320...640)
    #expect(c.scales == [1, 0.5, 1.5, 2])
  }

  @Test func relationDefaultsAreThoseOfTheReference() throws {
    let c = try RelationConfiguration(ConfigurationReader(section: [:]))
    #expect(c.backbone == .resNet50)
    #expect(c.foregroundThreshold == 0.3 && c.backgroundThreshold == 0.05)
    #expect(c.batchSize == 32 && c.epochs == 3)
    #expect(c.rate == 0.1 && c.displacementRateMultiplier == 10 && c.power == 0.9)
    #expect(c.weightDecay == 1e-4 && c.momentum == 1e-4)
    #expect(c.cropSize == 512 && c.scales == 0.5...1.5)
    #expect(c.trainingRadius == 10 && c.walkRadius == 5)
    #expect(c.affinityExponent == 10 && c.walkDoublings == 8)
    #expect(c.maskBackgroundScore == 0.25 && c.paddedSize == 512)
  }

  @Test func pretrainedStagesAreFrozenOnlyWithWeights() throws {
    #expect(try ActivationConfiguration(ConfigurationReader(section: [:])).frozenStages == 0)
    #expect(
      try ActivationConfiguration(ConfigurationReader(section: ["weights": "w"])).frozenStages == 3)
    let light = try ActivationConfiguration(
      ConfigurationReader(section: ["backbone": "mobilenetv2", "weights": "w"]))
    #expect(light.frozenStages == 4)
    #expect(
      try ActivationConfiguration(
        ConfigurationReader(section: ["weights": "w", "frozen_stages": "1"])
      ).frozenStages == 1)
    #expect(try RelationConfiguration(ConfigurationReader(section: [:])).trainsBackbone)
    #expect(
      try !RelationConfiguration(ConfigurationReader(section: ["weights": "w"])).trainsBackbone)
  }

  static let activationMessages: [([String: String], String)] = [
    (
      ["backbone": "resnet51"],
      "built-in configuration: 'part.backbone' is 'resnet51'. Expected one of: resnet50, "
        + "resnet38, vgg16, mobilenetv2, tiny. Did you mean 'resnet50'?"
    ),
    (
      ["batch_size": "0"],
      "built-in configuration: 'part.batch_size' is '0'. "
        + "Expected a whole number from 1 through 4096."
    ),
    (
      ["rate": "0"],
      "built-in configuration: 'part.rate' is '0'. Expected a number greater than 0."
    ),
    (
      ["shortest_long_side": "700"],
      "built-in configuration: 'part.longest_long_side' is missing. "
        + "Expected at least shortest_long_side, 700. Add it to the recipe or pass "
        + "'part.longest_long_side=…' on the command line."
    ),
    (
      ["shortest_long_side": "200", "longest_long_side": "100"],
      "built-in configuration: 'part.longest_long_side' is '100'. "
        + "Expected at least shortest_long_side, 200."
    ),
    (
      ["momentum": "1"],
      "built-in configuration: 'part.momentum' is '1'. "
        + "Expected a number of at least 0 and below 1."
    ),
    (
      ["scales": "[]"],
      "built-in configuration: 'part.scales' is an empty list. "
        + "Expected at least one number from 0.01 through 100."
    ),
  ]

  @Test(arguments: activationMessages.indices)
  func activationValuesOutOfRangeAreRefused(index: Int) throws {
    let (values, expected) = Self.activationMessages[index]
    #expect(
      message { _ = try ActivationConfiguration(ConfigurationReader(section: values)) } == expected)
  }

  static let relationMessages: [([String: String], String)] = [
    (
      ["padded_size": "330"],
      "built-in configuration: 'part.padded_size' is '330'. Expected a multiple of 16."
    ),
    (
      ["crop_size": "510"],
      "built-in configuration: 'part.crop_size' is '510'. Expected a multiple of 4."
    ),
    (
      ["crop_size": "64"],
      "built-in configuration: 'part.crop_size' is '64'. Expected at least 76 for the pairs of "
        + "'part.training_radius', 10; raise the one or lower the other."
    ),
    (
      ["momentum": "1"],
      "built-in configuration: 'part.momentum' is '1'. "
        + "Expected a number of at least 0 and below 1."
    ),
    (
      ["smallest_scale": "1", "largest_scale": "0.5"],
      "built-in configuration: 'part.largest_scale' is '0.5'. Expected at least smallest_scale, 1.0."
    ),
    (
      ["foreground_threshold": "1.5"],
      "built-in configuration: 'part.foreground_threshold' is '1.5'. "
        + "Expected a number from 0 through 1."
    ),
  ]

  @Test(arguments: relationMessages.indices)
  func relationValuesOutOfRangeAreRefused(index: Int) throws {
    let (values, expected) = Self.relationMessages[index]
    #expect(
      message { _ = try RelationConfiguration(ConfigurationReader(section: values)) } == expected)
  }

  /// The smallest crop has pairs, so that the check refuses no more than it must.
  @Test(arguments: [2, 3, 10, 20])
  func theSmallestCropHasPairs(radius: Int) throws {
    let side = PixelPairs.smallestSide(radius: radius)
    let crop = BoundaryDisplacementNetwork.stride * side
    func configuration(_ crop: Int) throws -> RelationConfiguration {
      try RelationConfiguration(
        ConfigurationReader(
          section: ["crop_size": "\(max(16, crop))", "training_radius": "\(radius)"]))
    }
    #expect(try configuration(crop).cropSize >= crop)
    #expect(PixelPairs(radius: radius, height: side, width: side).count > 0)
    if crop > 16 { #expect(throws: ConfigurationError.self) { try configuration(crop - 4) } }
  }

  @Test func onlyVGG16HasAChoiceOfInput() throws {
    func inputs(_ values: [String: String]) throws -> [InputNormalization] {
      [
        try ActivationConfiguration(ConfigurationReader(section: values)).input,
        try RelationConfiguration(ConfigurationReader(section: values)).input,
      ]
    }
    #expect(try inputs([:]) == [.imageNet, .imageNet])
    #expect(try inputs(["backbone": "vgg16"]) == [.caffe, .caffe])
    #expect(
      try inputs(["backbone": "vgg16", "input": "imagenet"]) == [.imageNet, .imageNet])
    #expect(
      message { _ = try inputs(["input": "imagenet"]) }.hasPrefix(
        "built-in configuration: Unknown key 'part.input'."))
  }

  @Test func unknownNamesAreRefused() {
    let text = message {
      _ = try ActivationConfiguration(ConfigurationReader(section: ["rat": "1"]))
    }
    #expect(text.hasPrefix("built-in configuration: Unknown key 'part.rat'. Did you mean 'rate'?"))
  }
}
