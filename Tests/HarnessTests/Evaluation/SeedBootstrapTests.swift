import Testing

@testable import Harness

@Suite struct SeedBootstrapTests {
  @Test func twoSeedsGiveThreeMeans() {
    // Without images to draw, a resample is one of (0, 0), (0, 1), (1, 0), (1, 1).
    let same = [Double](repeating: 0, count: 4000)
    let bootstrap = SeedBootstrap(
      first: [same, same], second: [same.map { $0 + 1 }, same.map { $0 + 3 }], seed: 0)
    let shares = [1.0, 2, 3].map { value in
      Double(bootstrap.distribution.values.count { $0 == value }) / 4000
    }
    #expect(abs(shares.reduce(0, +) - 1) < 1e-9)
    // Four standard deviations of a share around a quarter and a half.
    #expect(abs(shares[0] - 0.25) < 0.028 && abs(shares[1] - 0.5) < 0.032)
    #expect(bootstrap.distribution.interval(level: 0.95) == 1...3)
  }

  @Test func imagesAreTheSameForAllSeeds() {
    // What the images add is the same for every seed, so it does not average out.
    let images = (0..<500).map { Double($0 % 2) }
    let zero = images.map { _ in 0.0 }
    let bootstrap = SeedBootstrap(
      first: [zero, zero, zero], second: [images, images, images], seed: 1)
    #expect(bootstrap.distribution.values == images)
  }

  @Test func dependsOnTheSeedOfTheDrawAlone() {
    let draw = { (seed: UInt64) in
      SeedBootstrap(
        first: [[0, 0, 0, 0], [0, 0, 0, 0]], second: [[1, 2, 3, 4], [5, 6, 7, 8]], seed: seed
      ).distribution
    }
    #expect(draw(1) == draw(1))
    #expect(draw(1) != draw(2))
  }
}
