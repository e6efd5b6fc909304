import Essentials
import Foundation
import Testing

@Suite struct RandomStreamTests {
  @Test func drawsTheSameNumbersForTheSameKeys() {
    var first = RandomStream(seed: 7, "augment", 3, 11)
    var second = RandomStream(seed: 7, "augment", 3, 11)
    #expect((0..<100).map { _ in first.next() } == (0..<100).map { _ in second.next() })
  }

  /// The first outputs of SplitMix64 from state 0, computed by its published C code.
  @Test func drawsWhatSplitMix64Draws() {
    var state: UInt64 = 0
    func reference() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
    // A stream without keys starts at the first output for its seed.
    var stream = RandomStream(seed: 0)
    let start = reference()
    #expect(start == 0xE220_A839_7B1D_CDAF)
    state = start
    for _ in 0..<10 { #expect(stream.next() == reference()) }
  }

  @Test func givesEveryPathOfKeysAnotherStream() {
    var starts: Set<UInt64> = []
    var count = 0
    for seed in 0..<20 as Range<UInt64> {
      for epoch in 0..<20 {
        for index in 0..<20 {
          for name in ["augment", "shuffle"] {
            var stream = RandomStream(seed: seed, name, epoch, index)
            starts.insert(stream.next())
            count += 1
          }
        }
      }
    }
    #expect(starts.count == count)
    var swapped = (RandomStream(seed: 1, 2, 3), RandomStream(seed: 1, 3, 2))
    #expect(swapped.0.next() != swapped.1.next())
  }

  @Test func neighbouringStreamsAreUncorrelated() {
    let count = 10_000
    for offset in 1...3 {
      var sum = 0.0
      for index in 0..<count {
        var first = RandomStream(seed: 5, index)
        var second = RandomStream(seed: 5, index + offset)
        sum += (first.uniform() - 0.5) * (second.uniform() - 0.5)
      }
      // The mean of n such products has the standard deviation 1 / (12 √n).
      #expect(abs(sum / Double(count)) < 4 / (12 * Double(count).squareRoot()))
    }
  }

  @Test func drawsUniformNumbersOfTheRightMeanAndRange() {
    var stream = RandomStream(seed: 1, "uniform")
    let values = (0..<40_000).map { _ in stream.uniform(in: -1...3) }
    #expect(values.allSatisfy { (-1..<3).contains($0) })
    // Four standard deviations of the mean, 4 / √12 / √40,000 each.
    let mean = values.reduce(0, +) / 40_000
    #expect(abs(mean - 1) < 0.0231)
  }

  @Test func drawsNormalNumbersOfTheRightMeanAndVariance() {
    var stream = RandomStream(seed: 1, "normal")
    let values = (0..<40_000).map { _ in stream.normal() }
    let mean = values.reduce(0, +) / 40_000
    let variance = values.reduce(0) { $0 + $1 * $1 } / 40_000
    // Four standard deviations of both, 1 / √40,000 and √2 / √40,000 each.
    #expect(abs(mean) < 0.02)
    #expect(abs(variance - 1) < 0.0283)
  }

  @Test func drawsEveryIntegerOfAClosedRange() {
    var stream = RandomStream(seed: 1)
    let values = Set((0..<1_000).map { _ in stream.integer(in: -2...2) })
    #expect(values == [-2, -1, 0, 1, 2])
    #expect(stream.integer(in: 4...4) == 4)
  }

  @Test func decidesByProbability() {
    var stream = RandomStream(seed: 1)
    let never = (0..<1_000).contains { _ in stream.chance(0) }
    let always = (0..<1_000).allSatisfy { _ in stream.chance(1) }
    #expect(!never && always)
  }

  @Test func hashesTextsAsFNV1a() {
    #expect("".randomStreamKey == 0xcbf2_9ce4_8422_2325)
    #expect("a".randomStreamKey == 0xaf63_dc4c_8601_ec8c)
    #expect((-1).randomStreamKey == UInt64.max)
  }
}
