import Testing

@testable import Harness

/// Expected numbers are those of SciPy 1.x (`scipy.stats.t`) and of R's `p.adjust(p, "holm")`.
@Suite struct SignificanceTests {
  private func isClose(_ first: Double, _ second: Double) -> Bool {
    abs(first - second) <= 1e-12 * max(1, abs(second))
  }

  @Test(arguments: [
    (1, [0.12111894159084341, 0.5927735790777423, 0.75, 0.9255972347013828]),
    (2, [0.06480586011075541, 0.6037571695799112, 0.7886751345948129, 0.9738583665268504]),
    (3, [0.04385332350403278, 0.6081183539800405, 0.8044988905221148, 0.9876839609115303]),
    (4, [0.03338327240599407, 0.6104392858612702, 0.8130495168499705, 0.9931520948474518]),
    (7, [0.020496109292876444, 0.6135549747989328, 0.8246916685898963, 0.99798222003739]),
    (30, [0.009057824534033344, 0.6168769473578236, 0.8373456922869849, 0.999890105782892]),
  ])
  func studentsDistributionEqualsSciPys(degreesOfFreedom: Int, expected: [Double]) {
    let student = StudentT(degreesOfFreedom: degreesOfFreedom)
    for (t, share) in zip([-2.5, 0.3, 1, 4.2], expected) {
      #expect(isClose(student.cumulative(t), share), "t = \(t)")
    }
  }

  @Test(arguments: [
    (1, [-6.313751514675044, 1.3763819204711738, 12.706204736174694, 636.6192487687897]),
    (2, [-2.9199855803537256, 1.0606601717798214, 4.302652729749462, 31.599054576445365]),
    (4, [-2.131846786326651, 0.9409645772351816, 2.7764451051977934, 8.610301581379522]),
    (30, [-1.6972608865939574, 0.8537672614712979, 2.0422724563012378, 3.6459586350420627]),
  ])
  func studentsQuantilesEqualSciPys(degreesOfFreedom: Int, expected: [Double]) {
    let student = StudentT(degreesOfFreedom: degreesOfFreedom)
    for (p, quantile) in zip([0.05, 0.8, 0.975, 0.9995], expected) {
      // SciPy's own quantiles are exact to about 1e-9 in the tails.
      #expect(abs(student.quantile(p) - quantile) < 1e-9 * max(1, abs(quantile)), "p = \(p)")
    }
    #expect(student.quantile(0.5) == 0)
  }

  @Test func holmAdjustsFromTheSmallestUp() {
    let adjusted = HolmCorrection.adjusted([0.01, 0.04, 0.03, 0.005, 0.5])
    for (value, expected) in zip(adjusted, [0.04, 0.09, 0.09, 0.025, 0.5]) {
      #expect(isClose(value, expected))
    }
    #expect(HolmCorrection.adjusted([]) == [])
    #expect(HolmCorrection.adjusted([0.7, 0.6]) == [1, 1])
  }

  @Test func theDetectableEffectIsThatOfAPairedTTest() {
    // (t.ppf(.975, 2) + t.ppf(.8, 2)) * std / sqrt(3)
    #expect(
      isClose(MinimumDetectableEffect.effect(of: [0.012, 0.004, 0.019]), 0.02324102257329356))
    #expect(MinimumDetectableEffect.effect(of: [0.25, 0.25]) == 0)
  }
}
