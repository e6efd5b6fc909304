import CoreAPI
import Testing

@testable import DeepLab

@Suite struct DeepLabConfigurationTests {
  private func configuration(_ values: [(String, ConfigurationNode.Value)]) throws
    -> DeepLabConfiguration
  {
    let entries = values.map {
      ConfigurationNode.Entry(key: $0.0, node: ConfigurationNode($0.1))
    }
    return try DeepLabConfiguration(
      ConfigurationReader(ConfigurationNode(.section(entries)), path: "part"))
  }

  private func message(_ values: [(String, ConfigurationNode.Value)]) -> String {
    do {
      _ = try configuration(values)
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test func defaultsAreThoseOfTheReference() throws {
    let c = try configuration([])
    #expect(c.backbone == .resNet101 && c.weights.isEmpty)
    #expect(c.dilations == [6, 12, 18, 24] && c.pyramid == [0.5, 0.75])
    #expect(c.batchSize == 5 && c.accumulation == 2 && c.steps == 20_000)
    #expect(c.rate == 2.5e-4 && c.headRateMultiplier == 10)
    #expect(c.weightDecay == 5e-4 && c.momentum == 0.9)
    #expect(c.power == 0.9 && c.rateInterval == 10)
    #expect(c.cropSize == 321 && c.scales == [0.5, 0.75, 1, 1.25, 1.5])
    #expect(!c.usesCRF)
  }

  @Test func valuesOutOfRangeAreRefused() {
    #expect(
      message([("backbone", .scalar("vgg"))])
        == "built-in configuration: 'part.backbone' is 'vgg'. "
        + "Expected one of: resnet101, resnet50, mobilenetv2, tiny.")
    #expect(
      message([("dilations", .list([ConfigurationNode(.scalar("1.5"))]))])
        == "built-in configuration: 'part.dilations' is a list. Expected a list of whole numbers.")
    #expect(
      message([("dilations", .list([]))])
        == "built-in configuration: 'part.dilations' is a list. Expected a list of whole numbers.")
    #expect(
      message([("accumulation", .scalar("0"))])
        == "built-in configuration: 'part.accumulation' is '0'. "
        + "Expected a whole number from 1 through 4096.")
    #expect(
      message([("crf", .scalar("yes"))]).hasPrefix(
        "built-in configuration: 'part.crf' is 'yes'. Expected true or false."))
  }
}
