import CoreAPI
import Imaging
import PluginTestSupport
import Tensors
import Testing
import Thresholding

@Suite(.serialized) struct ThresholdingExpanderTests {
  @Test(arguments: ["0.15", "0.5"])
  func keepsTheContract(score: String) throws {
    try checkExpanderContract(
      ThresholdingPlugin.name, from: ThresholdingPlugin.register,
      configuration: ["background_score": score])
  }

  @Test func aPixelGetsItsBestClassOrTheBackground() throws {
    let map = ClassActivationMap(
      classes: [2, 5], height: 1, width: 4, scores: [0.6, 0.4, 0.5, 0, 0.3, 0.9, 0.5, 0.1])
    let seed = Seed(fullResolution: map, quarterResolution: map)
    let mask = try expander("0.5").expand(
      seed, in: RGBImage(width: 4, height: 1, red: 0, green: 0, blue: 0),
      environment: TrainingEnvironment(stage: "test", seed: 0, workDirectory: ""))
    #expect(mask.labelMap.indices == [2, 5, 0, 0])
  }

  @Test func theScoreIsRecordedAsSupervision() throws {
    #expect(
      try expander("0.25").supervision == [
        SupervisionRecord(
          kind: "threshold", use: "expander 'none', background score of pseudo-masks",
          source: "0.25")
      ])
  }

  @Test func refusesAScoreThatIsNone() {
    #expect {
      _ = try expander("1.5")
    } throws: {
      "\($0)" == "built-in configuration: 'expander.background_score' is '1.5'. Expected a number "
        + "from 0 through 1."
    }
  }

  private func expander(_ score: String) throws -> any Expander {
    var registry = PluginRegistry()
    try ThresholdingPlugin.register(in: &registry)
    return try registry.expander(ThresholdingPlugin.name).make(
      ConfigurationReader(section: ["background_score": score], path: "expander"),
      PartContext(classes: ClassList(foreground: ["a", "b", "c", "d", "e"]), seed: 0))
  }
}
