import Testing

@testable import Imaging

@Suite struct UnaryEnergiesTests {
  @Test func softmaxEnergiesAreClippedOnBothSides() {
    let energies = UnaryEnergies.fromSoftmax([0, 1e-7, 0.5, 1, 2, 1e-5], labelCount: 2)
    let expected: [Float] = [11.512925, 11.512925, 0.6931472, 0, 0, 11.512925]
    #expect(energies.pixelCount == 3)
    for (value, reference) in zip(energies.values, expected) {
      #expect(abs(value - reference) < 2e-6)
    }
  }

  @Test(arguments: [(2, 1.203973), (3, 1.897120), (4, 2.302585), (21, 4.199705)])
  func labelEnergiesMatchTheirFormula(labelCount: Int, wrong: Float) {
    let labels = LabelMap(width: 2, height: 1, indices: [1, 0])
    let energies = UnaryEnergies.fromLabels(labels, labelCount: labelCount, certainty: 0.7)
    #expect(abs(energies.values[0] - wrong) < 1e-6)
    #expect(abs(energies.values[1] - 0.356675) < 1e-6)
    #expect(abs(energies.values[2] - 0.356675) < 1e-6)
    #expect(abs(energies.values[3] - wrong) < 1e-6)
  }

  @Test func ignoredPixelsPreferNoLabel() {
    let labels = LabelMap(width: 1, height: 1, indices: [LabelMap.ignoreIndex])
    let energies = UnaryEnergies.fromLabels(labels, labelCount: 3, certainty: 0.7)
    #expect(Set(energies.values).count == 1)
    #expect(abs(energies.values[0] - 1.0986123) < 1e-6)
  }

  @Test func aSingleLabelHasAFiniteEnergy() {
    let labels = LabelMap(width: 1, height: 1, filledWith: 0)
    let energies = UnaryEnergies.fromLabels(labels, labelCount: 1, certainty: 0.7)
    #expect(abs(energies.values[0] - 0.356675) < 1e-6)
  }

  @Test func logitsAndBareProbabilitiesAreNegated() {
    #expect(UnaryEnergies.fromLogits([1, -2], labelCount: 2).values == [-1, 2])
    #expect(UnaryEnergies.fromProbabilities([0.25, 0.75], labelCount: 2).values == [-0.25, -0.75])
  }
}
