import Essentials
import Testing

@testable import Imaging

@Suite struct AffinityWalkTests {
  private static let offsets = [
    PathIndex.Offset(rows: 0, columns: 1), PathIndex.Offset(rows: 1, columns: -1),
    PathIndex.Offset(rows: 1, columns: 0), PathIndex.Offset(rows: 2, columns: 1),
  ]

  private static func noise(_ count: Int, seed: UInt64) -> [Float] {
    var stream = RandomStream(seed: seed, "affinity walk")
    return (0..<count).map { _ in Float(stream.uniform()) }
  }

  @Test(arguments: [(1, 0), (4, 2), (8, 5)])
  func walkEqualsThePowerOfTheDenseMatrix(exponent: Int, doublings: Int) {
    let (height, width) = (5, 6)
    let count = height * width
    let affinities = Self.noise(Self.offsets.count * count, seed: 1)
    let maps = Self.noise(2 * count, seed: 2)
    var matrix = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
    for i in 0..<count { matrix[i][i] = 1 }
    for (direction, offset) in Self.offsets.enumerated() {
      for i in 0..<count {
        let (row, column) = (i / width + offset.rows, i % width + offset.columns)
        guard row < height, 0..<width ~= column else { continue }
        var power = 1.0
        for _ in 0..<exponent { power *= Double(affinities[direction * count + i]) }
        matrix[i][row * width + column] = power
        matrix[row * width + column][i] = power
      }
    }
    for j in 0..<count {
      let sum = (0..<count).reduce(0) { $0 + matrix[$1][j] }
      for i in 0..<count { matrix[i][j] /= sum }
    }
    let walk = AffinityWalk(
      affinities: affinities, offsets: Self.offsets, height: height, width: width,
      exponent: exponent)
    let result = walk.propagate(maps, doublings: doublings)
    for plane in 0..<2 {
      var expected = (0..<count).map { Double(maps[plane * count + $0]) }
      for _ in 0..<1 << doublings {
        expected = (0..<count).map { j in
          (0..<count).reduce(0) { $0 + expected[$1] * matrix[$1][j] }
        }
      }
      for pixel in 0..<count {
        #expect(abs(Double(result[plane * count + pixel]) - expected[pixel]) < 1e-5)
      }
    }
  }

  @Test func withoutPairsNothingMoves() {
    let maps = Self.noise(12, seed: 3)
    let walk = AffinityWalk(affinities: [], offsets: [], height: 3, width: 4, exponent: 2)
    #expect(walk.propagate(maps, doublings: 3) == maps)
  }

  @Test func resultDoesNotDependOnTheNumberOfThreads() {
    let affinities = Self.noise(Self.offsets.count * 40, seed: 4)
    let maps = Self.noise(40, seed: 5)
    let results = [1, 2, 3].map { threads in
      AffinityWalk(
        affinities: affinities, offsets: Self.offsets, height: 8, width: 5, exponent: 3,
        threads: threads
      ).propagate(maps, doublings: 4)
    }
    #expect(results[0] == results[1] && results[0] == results[2])
  }
}
