import Foundation
import Testing

@testable import Imaging

@Suite struct DenseCRFParametersTests {
  @Test func scalingDividesOnlyTheSpatialDeviations() {
    let scaled = DenseCRFParameters.seamLabels.scaled(downBy: 4)
    #expect(scaled.smoothnessDeviation == 0.75)
    #expect(scaled.appearanceDeviation == 20)
    #expect(scaled.colorDeviation == 13)
    #expect(scaled.smoothnessWeight == 3)
    #expect(scaled.appearanceWeight == 10)
    #expect(scaled.iterationCount == 10)
  }

  @Test func survivesJSON() throws {
    let data = try JSONEncoder().encode(DenseCRFParameters.deepLabV2)
    #expect(try JSONDecoder().decode(DenseCRFParameters.self, from: data) == .deepLabV2)
  }

  @Test func namesTheValueThatIsOutOfRange() {
    #expect(DenseCRFParameters.seamLabels.problem == nil)
    expectProblem("Smoothness deviation must be positive, got 0.0") { $0.smoothnessDeviation = 0 }
    expectProblem("Smoothness weight must not be negative, got -1.0") { $0.smoothnessWeight = -1 }
    expectProblem("Appearance deviation must be positive, got nan") {
      $0.appearanceDeviation = .nan
    }
    expectProblem("Color deviation must be positive, got inf") { $0.colorDeviation = .infinity }
    expectProblem("Appearance weight must not be negative, got -0.5") {
      $0.appearanceWeight = -0.5
    }
    expectProblem("Iteration count must not be negative, got -2") { $0.iterationCount = -2 }
  }

  private func expectProblem(
    _ message: String, sourceLocation: SourceLocation = #_sourceLocation,
    change: (inout DenseCRFParameters) -> Void
  ) {
    var parameters = DenseCRFParameters.seamLabels
    change(&parameters)
    #expect(parameters.problem == message, sourceLocation: sourceLocation)
  }
}
