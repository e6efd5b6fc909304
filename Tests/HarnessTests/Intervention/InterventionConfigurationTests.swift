import CoreAPI
import Imaging
import Testing

@testable import Harness

@Suite struct InterventionConfigurationTests {
  private func configuration(_ key: String, _ value: String) throws -> InterventionConfiguration {
    let entry = ConfigurationNode.Entry(key: key, node: ConfigurationNode(.scalar(value)))
    return try InterventionConfiguration(
      ConfigurationReader(ConfigurationNode(.section([entry])), path: "intervention"))
  }

  @Test func defaultsAreThePapersReading() throws {
    let c = try InterventionConfiguration(ConfigurationReader(emptySectionAt: "intervention"))
    #expect(
      c.summary == """
        T = 1, C averaged over images-with-class, P(c) uniform, h = w = 64, X_m one-hot, \
        M equation-3, shared-conv3x3 at block5, cold restart
        """)
    #expect(c.rowTitle == "CONTA")
  }

  @Test func controlIsNamedInRowAndSummary() throws {
    let c = try configuration("control", "permuted-images")
    #expect(c.rowTitle == "permuted-images (control)")
    #expect(c.summary.hasSuffix(", cold restart, control permuted-images"))
  }

  @Test func ablationsOfThePaperAreNamedInTheSummary() throws {
    #expect(
      try configuration("confounder_masks", "pseudo-masks").summary == """
        T = 1, C averaged over images-with-class of pseudo-masks, P(c) uniform, h = w = 64, \
        X_m one-hot, M equation-3, shared-conv3x3 at block5, cold restart
        """)
    #expect(
      try configuration("context_map", "segmentation-mask").summary == """
        T = 1, M := segmentation mask, one-hot, h = w = 64, M equation-3, shared-conv3x3 at block5, \
        cold restart
        """)
    #expect(
      try configuration("control", "retrained").summary
        == "T = 1, cold restart, no context, control retrained")
  }

  @Test func controlsOfConfoundersNeedConfounders() throws {
    func error(_ control: String) -> ConfigurationError? {
      #expect(throws: ConfigurationError.self) {
        let values = [("context_map", "segmentation-mask"), ("control", control)]
        _ = try InterventionConfiguration(
          ConfigurationReader(
            ConfigurationNode(
              .section(values.map { .init(key: $0, node: ConfigurationNode(.scalar($1))) })),
            path: "intervention"))
      }
    }
    #expect(
      error("constant-map")?.description == """
        built-in configuration: 'intervention.control' is 'constant-map'. Expected none, \
        permuted-images or retrained, because 'context_map: segmentation-mask' has no confounders \
        that a control could change.
        """)
  }

  @Test func atLeastOnePortIsNeeded() {
    let error = #expect(throws: ConfigurationError.self) {
      let entry = ConfigurationNode.Entry(key: "ports", node: ConfigurationNode(.list([])))
      _ = try InterventionConfiguration(
        ConfigurationReader(ConfigurationNode(.section([entry])), path: "intervention"))
    }
    #expect(
      error?.description
        == "built-in configuration: 'intervention.ports' is an empty list. "
        + "Expected at least one port.")
  }

  @Test func unknownReadingIsRefused() {
    let error = #expect(throws: ConfigurationError.self) { try configuration("fusion", "wide") }
    #expect(
      error?.description == """
        built-in configuration: 'intervention.fusion' is 'wide'. Expected one of: shared-conv3x3, \
        shared-conv1x1, projected, widen. Did you mean 'widen'?
        """)
  }

  @Test func encodingsTurnUndecidedPixelsIntoBackground() {
    let mask = LabelMap(width: 4, height: 1, indices: [0, 2, 1, 255])
    var values: [Float] = []
    MaskEncoding.oneHot.encode(mask, classCount: 2, into: &values)
    #expect(values == [0, 0, 1, 0, 0, 1, 0, 0])
    values = []
    MaskEncoding.classIndex.encode(mask, classCount: 2, into: &values)
    #expect(values == [0, 2, 1, 0])
    values = []
    MaskEncoding.scaledClassIndex.encode(mask, classCount: 2, into: &values)
    #expect(values == [0, 1, 0.5, 0])
  }
}
