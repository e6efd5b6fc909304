import Essentials
import SharedTestSupport
import TensorFiles
import Testing

/// The rules by which all golden tests pass or fail.
@Suite struct ToleranceRuleTests {
  @Test func readsEveryRuleOfTheManifest() throws {
    #expect(try rule("\"exact\"") == .exact)
    #expect(
      try rule("{\"abs\":1,\"rel\":0.5,\"max_outlier_fraction\":0.25}")
        == GoldenTolerance(absolute: 1, relative: 0.5, outlierFraction: 0.25))
    #expect(
      try rule("{\"max_mismatch_fraction\":0.5,\"max_abs_diff\":2,\"mean_abs_diff\":1}")
        == GoldenTolerance(mismatchFraction: 0.5, largestDifference: 2, meanDifference: 1))
    for unknown in ["null", "{}", "\"close\"", "{\"abs\":1,\"ulp\":2}", "{\"abs\":\"1\"}"] {
      #expect(try GoldenTolerance(JSONParser.parse(unknown.utf8)) == nil, "\(unknown)")
    }
  }

  @Test func scalesTheRelativeLimitByTheLargestReference() throws {
    let rule = GoldenTolerance(absolute: 0.5, relative: 0.25)
    let expected = tensor([1, -8])
    #expect(rule.failure(of: tensor([3.5, -8]), against: expected) == nil)
    #expect(
      rule.failure(of: tensor([3.75, -8]), against: expected)
        == """
        1 of 2 elements exceed 2.5; worst at [0]: 3.75, expected 1.0, difference 2.75
        """)
  }

  @Test func allowsAFractionOfOutliersHoweverFar() {
    let rule = GoldenTolerance(absolute: 0, relative: 0, outlierFraction: 0.5)
    #expect(rule.failure(of: tensor([1, 9]), against: tensor([1, 2])) == nil)
    #expect(
      rule.failure(of: tensor([0, 9]), against: tensor([1, 2]))
        == """
        2 of 2 elements exceed 0.0, allowed fraction 0.5; worst at [1]: 9.0, expected 2.0, \
        difference 7.0
        """)
  }

  @Test func letsNaNMeetNaNAndInfinityItselfOnly() {
    let rule = GoldenTolerance(absolute: 1, relative: 1, outlierFraction: 1)
    #expect(
      rule.failure(of: tensor([.nan, .infinity]), against: tensor([.nan, .infinity])) == nil)
    #expect(
      rule.failure(of: tensor([1, 2]), against: tensor([1, .nan]))
        == "NaN does not meet NaN; worst at [1]: 2.0, expected nan, difference nan")
    let strict = GoldenTolerance(absolute: 1)
    #expect(strict.failure(of: tensor([.infinity]), against: tensor([-.infinity])) != nil)
    #expect(strict.failure(of: tensor([1e30]), against: tensor([.infinity])) != nil)
  }

  @Test func comparesExactlyWithoutRounding() {
    let large: Int64 = 1 << 53
    let first = TensorData([large], dtype: .int64, shape: [1])
    let second = TensorData([large + 1], dtype: .int64, shape: [1])
    #expect(GoldenTolerance.exact.failure(of: first, against: first) == nil)
    #expect(GoldenTolerance.exact.failure(of: first, against: second) != nil)
    #expect(GoldenTolerance.exact.failure(of: tensor([0]), against: tensor([-0.0])) == nil)
    #expect(GoldenTolerance.exact.failure(of: tensor([1]), against: tensor([1.0000001])) != nil)
  }

  @Test func countsMismatchesOfMaps() {
    let rule = GoldenTolerance(mismatchFraction: 0.25)
    let expected = tensor([1, 2, 3, 4])
    #expect(rule.failure(of: tensor([9, 2, 3, 4]), against: expected) == nil)
    #expect(
      rule.failure(of: tensor([9, 9, 3, 4]), against: expected)
        == """
        2 of 4 elements differ, allowed fraction 0.25; worst at [0]: 9.0, expected 1.0, \
        difference 8.0
        """)
  }

  @Test func limitsTheLargestAndTheMeanDifferenceOfImages() {
    let rule = GoldenTolerance(
      mismatchFraction: 0.5, largestDifference: 1, meanDifference: 0.25)
    let expected = tensor([10, 20, 30, 40])
    #expect(rule.failure(of: tensor([11, 20, 30, 40]), against: expected) == nil)
    #expect(
      rule.failure(of: tensor([12, 20, 30, 40]), against: expected)
        == "an element exceeds 1.0; worst at [0]: 12.0, expected 10.0, difference 2.0")
    #expect(
      rule.failure(of: tensor([11, 21, 30, 40]), against: expected)
        == """
        the mean difference is 0.5, allowed 0.25; worst at [0]: 11.0, expected 10.0, \
        difference 1.0
        """)
  }

  @Test func namesTheWorstElementByItsIndices() {
    let expected = TensorData([Float](repeating: 0, count: 12), dtype: .float32, shape: [2, 2, 3])
    var values = [Float](repeating: 0, count: 12)
    values[10] = 2
    values[3] = 1
    let actual = TensorData(values, dtype: .float32, shape: [2, 2, 3])
    let failure = GoldenTolerance.exact.failure(of: actual, against: expected)
    #expect(failure?.contains("worst at [1, 1, 1]: 2.0") == true)
  }

  @Test func recordsAFailureForAWrongTensorOrShape() throws {
    let library = try GoldenLibrary(path: GoldenLibrary.fixtures)
    let goldenCase = try #require(library.cases(named: "eval_tiny").first)
    let name = try #require(goldenCase.outputNames.first)
    let expected = try goldenCase.output(name)
    withKnownIssue { try goldenCase.expect(expected.doubles().map { $0 + 1 }, matches: name) }
    withKnownIssue { try goldenCase.expect([Float](), matches: name) }
    withKnownIssue {
      try goldenCase.expect(
        TensorData(dtype: expected.dtype, shape: [1] + expected.shape, bytes: expected.bytes),
        matches: name)
    }
    #expect(throws: (any Error).self) { try goldenCase.expect([1.0], matches: "unknown") }
  }

  private func rule(_ json: String) throws -> GoldenTolerance? {
    GoldenTolerance(try JSONParser.parse(json.utf8))
  }

  private func tensor(_ values: [Double]) -> TensorData {
    TensorData(values, dtype: .float64, shape: [values.count])
  }
}
