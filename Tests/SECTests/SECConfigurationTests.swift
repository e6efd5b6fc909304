import CoreAPI
import Networks
import Testing

@testable import SEC

@Suite struct SECConfigurationTests {
  private func reader(_ values: [String: String]) throws -> ConfigurationReader {
    try ConfigurationReader(
      ConfigurationNode(
        .section(
          values.sorted { $0.key < $1.key }.map {
            .init(key: $0.key, node: ConfigurationNode(.scalar($0.value)))
          })), path: "part")
  }

  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test func defaultsAreThoseOfTheReference() throws {
    let c = try SECConfiguration(reader([:]))
    #expect(c.backbone == .vgg16 && c.input == .caffe && c.inputSize == 321)
    #expect(c.headWidth == 1024 && c.dilation == 12 && c.dropout == 0.5)
    #expect(c.batchSize == 15 && c.steps == 8000)
    #expect(c.rate == 1e-3 && c.headRateMultiplier == 10)
    #expect(c.rateFactor == 0.1 && c.rateInterval == 2000)
    #expect(c.weightDecay == 5e-4 && c.momentum == 0.9 && c.flipProbability == 0)
    #expect(c.foregroundThreshold == 0.2 && c.background.share == 0.1)
    #expect(c.foregroundDecay == 0.996 && c.backgroundDecay == 0.999)
    #expect(c.crfScale == 12 && c.usesCRF && c.crfTestScale == 1)
  }

  @Test func inputFollowsTheBackboneUnlessNamed() throws {
    #expect(try SECConfiguration(reader(["backbone": "mobilenetv2"])).input == .imageNet)
    #expect(try SECConfiguration(reader(["input": "imagenet"])).input == .imageNet)
    #expect(try ActivationSeedConfiguration(reader(["backbone": "tiny"])).input == .imageNet)
    #expect(try ActivationSeedConfiguration(reader([:])).input == .caffe)
  }

  @Test func valuesOutOfRangeAreRefused() {
    #expect(
      message { _ = try SECConfiguration(reader(["backbone": "vgg19"])) }.hasPrefix(
        "built-in configuration: 'part.backbone' is 'vgg19'. Expected one of: resnet50, "))
    #expect(
      message { _ = try SECConfiguration(reader(["input": "rgb"])) }
        == "built-in configuration: 'part.input' is 'rgb'. Expected one of: caffe, imagenet.")
    #expect(
      message { _ = try SECConfiguration(reader(["dropout": "1"])) }
        == "built-in configuration: 'part.dropout' is '1'. "
        + "Expected a number from 0 through 0.95.")
    #expect(
      message {
        _ = try ActivationSeedConfiguration(reader(["longest_long_side": "100"]))
      }
        == "built-in configuration: 'part.longest_long_side' is '100'. "
        + "Expected at least shortest_long_side, 256.")
  }
}
