import Essentials
import Testing

@testable import Datasets

@Suite struct CausalTests {
  typealias World = ContextWorld

  private func causal(
    stuff: Double = 0.9, partner: Double = 0.6, layout: Double = 0.5,
    under intervention: World.Intervention = .none
  ) -> World.Causal {
    World.Causal(
      World.Configuration(
        stuffStrength: stuff, partnerStrength: partner, layoutStrength: layout),
      under: intervention)
  }

  private static let strengths: [(Double, Double, Double)] = [
    (0, 0, 0), (0.9, 0.6, 0.5), (0.3, 0.95, 0.99), (0.99, 0, 0.2),
  ]

  // MARK: - The relations behind the invariance of the marginals

  @Test func tiesEachClassToItsOwnStuffAndSlot() {
    #expect(Set(World.ObjectClass.allCases.map(\.matchingStuff)).count == 6)
    #expect(Set(World.ObjectClass.allCases.map(\.typicalSlot)) == Set(0..<6))
  }

  @Test func partnersFormOneCycleThroughAllClasses() {
    var current = World.ObjectClass.aeroplane
    var visited: [World.ObjectClass] = []
    for _ in 0..<6 {
      visited.append(current)
      current = current.partner
    }
    #expect(current == .aeroplane)
    #expect(Set(visited).count == 6)
  }

  // MARK: - Enumeration

  @Test func enumeratesEverySequenceOfDistinctClasses() {
    #expect(World.Causal.classSequences.count == 6 + 30 + 120)
    #expect(World.Causal.classSequences.allSatisfy { Set($0).count == $0.count })
  }

  @Test(arguments: strengths)
  func probabilitiesSumToOne(stuff: Double, partner: Double, layout: Double) {
    let causal = causal(stuff: stuff, partner: partner, layout: layout)
    for surroundings in World.Stuff.allCases {
      let sum = World.Causal.classSequences.reduce(0) {
        $0 + causal.probability(of: $1, given: surroundings)
      }
      #expect(abs(sum - 1) < 1e-12)
    }
    let classes: [World.ObjectClass] = [.boat, .train, .sheep]
    var sum = 0.0
    for a in 0..<6 {
      for b in 0..<6 {
        for c in 0..<6 { sum += causal.probability(ofSlots: [a, b, c], given: classes) }
      }
    }
    #expect(abs(sum - 1) < 1e-12)
  }

  @Test(arguments: strengths)
  func marginalsDoNotDependOnTheStrengths(stuff: Double, partner: Double, layout: Double) {
    let causal = causal(stuff: stuff, partner: partner, layout: layout)
    // E k / 6 with P(k) = .45, .40, .15.
    for objectClass in World.ObjectClass.allCases {
      let presence = World.Stuff.allCases.reduce(0) {
        $0 + causal.probability(of: $1) * causal.probability(ofPresenceOf: objectClass, given: $1)
      }
      #expect(abs(presence - 1.7 / 6) < 1e-12)
    }
    // Every slot holds a first object with probability 1/6.
    for slot in 0..<6 {
      let share = World.ObjectClass.allCases.reduce(0) {
        $0 + causal.probability(ofSlots: [slot], given: [$1]) / 6
      }
      #expect(abs(share - 1.0 / 6) < 1e-12)
    }
  }

  @Test func handComputedProbabilitiesOfOneScene() {
    // S = water: c₁ = boat .9 + .1/6; c₂ = its partner train .6 + .4/5; k = 2: .40; P(S) = 1/6.
    let causal = causal()
    let classes = 0.4 * (0.9 + 0.1 / 6) * (0.6 + 0.4 / 5)
    #expect(abs(causal.probability(of: [.boat, .train], given: .water) - classes) < 1e-15)
    // Boat in its slot 0 (typical, or .5 of a free one), train in 5, which is not its slot.
    let slots = 0.5 * 0.5 / 5 + 0.5 / 6 * 0.5 / 5
    #expect(abs(causal.probability(ofSlots: [0, 5], given: [.boat, .train]) - slots) < 1e-15)
    let outcome = World.Outcome(
      stuff: .water,
      objects: [
        .init(objectClass: .boat, slot: 0, hasPart: false),
        .init(objectClass: .train, slot: 5, hasPart: true),
      ])
    #expect(abs(causal.probability(of: outcome) - classes * slots / 6 * 0.15 * 0.85) < 1e-15)
  }

  @Test func impossibleScenesHaveProbabilityZero() {
    let causal = causal()
    #expect(causal.probability(of: [], given: .water) == 0)
    #expect(causal.probability(of: [.boat, .boat], given: .water) == 0)
    #expect(causal.probability(ofSlots: [2, 2], given: [.boat, .bus]) == 0)
  }

  // MARK: - Interventions

  @Test func fixingTheStuffCutsItsLinkToTheObjectsOnly() {
    let causal = causal(under: .stuff(.road))
    #expect(causal.probability(of: .road) == 1)
    #expect(causal.probability(of: .water) == 0)
    #expect(causal.partnerStrength == 0.6)
    #expect(causal.layoutStrength == 0.5)
    for objectClass in World.ObjectClass.allCases {
      let presence = causal.probability(ofPresenceOf: objectClass, given: .road)
      #expect(abs(presence - 1.7 / 6) < 1e-12)
    }
  }

  @Test func independenceMakesEveryContextUninformative() {
    let independent = causal(under: .independent)
    for stuff in World.Stuff.allCases {
      #expect(
        abs(independent.probability(of: [.boat, .train], given: stuff) - 0.4 / 30) < 1e-15)
    }
    #expect(independent.layoutStrength == 0)
  }

  // MARK: - Sampler against enumeration

  /// Pearson's statistic of counts against probabilities; `expected` sums to the number of draws.
  private func chiSquare(_ counts: [Double], _ expected: [Double]) -> Double {
    zip(counts, expected).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) / $1.1 }
  }

  @Test(arguments: [World.Intervention.none, .stuff(.grass), .independent])
  func samplesFollowTheEnumeratedLaw(intervention: World.Intervention) {
    let causal = causal(under: intervention)
    let draws = 20_000
    var stream = RandomStream(seed: 3, "causal test")
    var counts: [[World.ObjectClass]: [World.Stuff: Double]] = [:]
    var hidden = 0.0
    var ambiguous = 0.0
    for _ in 0..<draws {
      let outcome = causal.sample(using: &stream)
      counts[outcome.objects.map(\.objectClass), default: [:]][outcome.stuff, default: 0] += 1
      for object in outcome.objects where object.objectClass.isAmbiguous {
        ambiguous += 1
        hidden += object.hasPart ? 0 : 1
      }
      #expect(outcome.objects.allSatisfy { $0.objectClass.isAmbiguous || $0.hasPart })
    }
    // All scenes, those expected less than 5 times as one cell.
    var observed = [0.0]
    var expected = [0.0]
    for stuff in World.Stuff.allCases {
      for classes in World.Causal.classSequences {
        let mean =
          Double(draws) * causal.probability(of: stuff)
          * causal.probability(of: classes, given: stuff)
        let count = counts[classes]?[stuff] ?? 0
        if mean < 5 {
          observed[0] += count
          expected[0] += mean
        } else {
          observed.append(count)
          expected.append(mean)
        }
      }
    }
    if expected[0] == 0 {
      #expect(observed[0] == 0)
      observed.removeFirst()
      expected.removeFirst()
    }
    // Five standard deviations of the χ² law above its mean: fails once in about 10⁵ seeds.
    let freedom = Double(expected.count - 1)
    #expect(chiSquare(observed, expected) < freedom + 5 * (2 * freedom).squareRoot())

    // Four standard deviations of the binomial law.
    let deviation = (0.15 * 0.85 / ambiguous).squareRoot()
    #expect(abs(hidden / ambiguous - 0.15) < 4 * deviation)
  }

  @Test func sampledSlotsFollowTheEnumeratedLaw() {
    let causal = causal(layout: 0.4)
    var stream = RandomStream(seed: 4, "causal test")
    var observed = [Double](repeating: 0, count: 36)
    var draws = 0.0
    while draws < 20_000 {
      let outcome = causal.sample(using: &stream)
      guard outcome.objects.count == 2 else { continue }
      draws += 1
      // Counted from each class's typical slot, so that all pairs of classes share one table.
      let offsets = outcome.objects.map { ($0.slot - $0.objectClass.typicalSlot + 6) % 6 }
      let distance = outcome.objects.map(\.objectClass.typicalSlot)
      if (distance[1] - distance[0] + 6) % 6 == 1 { observed[offsets[0] * 6 + offsets[1]] += 1 }
    }
    let total = observed.reduce(0, +)
    var cells: [(Double, Double)] = []
    for first in 0..<6 {
      for second in 0..<6 {
        // Typical slots 3 (bus) and 4 (chair) are one apart.
        let probability = causal.probability(
          ofSlots: [(first + 3) % 6, (second + 4) % 6], given: [.bus, .chair])
        if probability == 0 { #expect(observed[first * 6 + second] == 0) }
        if probability > 0 { cells.append((observed[first * 6 + second], total * probability)) }
      }
    }
    #expect(cells.count == 30)
    #expect(chiSquare(cells.map(\.0), cells.map(\.1)) < 29 + 5 * 58.0.squareRoot())
  }
}
