import CoreAPI
import Imaging
import SharedTestSupport
import Testing

@Suite struct ConfigurationReaderCRFTests {
  @Test func readsEveryKernelValue() throws {
    let reader = try reader([
      "crf_smoothness_deviation": .scalar("2"), "crf_smoothness_weight": .scalar("0"),
      "crf_appearance_deviation": .scalar("20.5"), "crf_color_deviation": .scalar("4"),
      "crf_appearance_weight": .scalar("7"), "crf_iterations": .scalar("3"),
    ])
    let kernels = DenseCRFParameters(
      smoothnessDeviation: 2, smoothnessWeight: 0, appearanceDeviation: 20.5, colorDeviation: 4,
      appearanceWeight: 7, iterationCount: 3)
    #expect(try reader.optionalCRF(isUsed: true, default: .deepLabV2) == kernels)
    try reader.finish()
  }

  @Test func keepsWhatIsNotGiven() throws {
    #expect(try reader([:]).optionalCRF(isUsed: false, default: .deepLabV2) == nil)
    #expect(
      try reader(["crf": .scalar("true")]).optionalCRF(isUsed: false, default: .deepLabV2)
        == .deepLabV2)
    #expect(try reader([:]).crf(prefix: "label_crf", default: .irnLabels) == .irnLabels)
  }

  @Test func refusesKernelsThatAreNone() throws {
    func message(_ key: String, _ text: String) throws -> String {
      let reader = try reader([key: .scalar(text)])
      return SharedTestSupport.message {
        _ = try reader.crf(prefix: "label_crf", default: .irnLabels)
      }
    }
    #expect(
      try message("label_crf_color_deviation", "0")
        == "x.yaml:1: 'segmenter.label_crf_color_deviation' is '0'. "
        + "Expected a number greater than 0.")
    #expect(
      try message("label_crf_iterations", "-1")
        == "x.yaml:1: 'segmenter.label_crf_iterations' is '-1'. "
        + "Expected a whole number from 0 through 1000.")
  }
}
