import Essentials
import Testing

@testable import Imaging

@Suite struct RandomWalkTests {
  private static func noise(_ count: Int, seed: UInt64, in range: ClosedRange<Double>) -> [Float] {
    var stream = RandomStream(seed: seed, "walk")
    return (0..<count).map { _ in Float(stream.uniform(in: range)) }
  }

  /// The transition matrix from its definition, `[from, to]`.
  private static func transitions(
    boundaryMap: [Float], height: Int, width: Int, radius: Int, exponent: Int
  ) -> [[Double]] {
    let count = height * width
    var matrix = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
    for i in 0..<count { matrix[i][i] = 1 }
    for path in PathIndex(radius: radius).paths {
      for row in 0..<height {
        for column in 0..<width {
          let (endRow, endColumn) = (
            row + path.destination.rows, column + path.destination.columns
          )
          guard endRow < height, 0..<width ~= endColumn else { continue }
          let strongest = path.points.map {
            Double(boundaryMap[(row + $0.rows) * width + column + $0.columns])
          }.max()
          var power = 1.0
          for _ in 0..<exponent { power *= 1 - (strongest ?? 0) }
          matrix[row * width + column][endRow * width + endColumn] = power
          matrix[endRow * width + endColumn][row * width + column] = power
        }
      }
    }
    for j in 0..<count {
      let sum = (0..<count).reduce(0) { $0 + matrix[$1][j] }
      for i in 0..<count { matrix[i][j] /= sum }
    }
    return matrix
  }

  @Test(arguments: [(2, 1, 0), (3, 4, 2), (5, 10, 3), (5, 2, 6)])
  func walkEqualsThePowerOfTheDenseMatrix(radius: Int, exponent: Int, doublings: Int) {
    let boundaryMap = Self.noise(42, seed: 1, in: 0...1)
    let cam = Self.noise(84, seed: 2, in: 0...1)
    let walk = RandomWalk(
      boundaryMap: boundaryMap, height: 6, width: 7, radius: radius, affinityExponent: exponent)
    let result = walk.propagate(cam, doublings: doublings)

    let matrix = Self.transitions(
      boundaryMap: boundaryMap, height: 6, width: 7, radius: radius, exponent: exponent)
    for plane in 0..<2 {
      var expected = (0..<42).map { Double(cam[plane * 42 + $0]) * (1 - Double(boundaryMap[$0])) }
      for _ in 0..<(1 << doublings) {
        expected = (0..<42).map { j in
          (0..<42).reduce(0) { $0 + expected[$1] * matrix[$1][j] }
        }
      }
      for pixel in 0..<42 {
        #expect(abs(Double(result[plane * 42 + pixel]) - expected[pixel]) < 1e-5)
      }
    }
  }

  @Test func matchesTheHandValuesOfASmallMap() {
    let cells = (0..<3).flatMap { i in (0..<4).map { (i, $0) } }
    let boundaryMap = cells.map { Float((3 * $0 + 5 * $1) % 7) / 10 }
    let cam =
      cells.map { Float((2 * $0 + $1) % 5) / 5 } + cells.map { Float(($0 + 3 * $1) % 4) / 4 }
    let walk = RandomWalk(
      boundaryMap: boundaryMap, height: 3, width: 4, radius: 5, affinityExponent: 10)
    let expected: [Float] = [
      0.237394, 0.218540, 0.248331, 0.245981, 0.236608, 0.235795, 0.299840, 0.237925,
      0.299840, 0.232872, 0.234945, 0.235313,
      0.184256, 0.243127, 0.263717, 0.263872, 0.184187, 0.189349, 0.282617, 0.269780,
      0.210144, 0.235918, 0.258501, 0.258935,
    ]
    for (value, reference) in zip(walk.propagate(cam, doublings: 8), expected) {
      #expect(abs(value - reference) < 2e-6)
    }
  }

  @Test func aConstantMapStaysExactlyConstantWithoutBoundaries() {
    let walk = RandomWalk(
      boundaryMap: [Float](repeating: 0, count: 90), height: 9, width: 10, radius: 5,
      affinityExponent: 10)
    let result = walk.propagate([Float](repeating: 0.75, count: 90), doublings: 8)
    #expect(result.allSatisfy { $0 == 0.75 })
  }

  @Test func valuesStayBetweenTheExtremes() {
    let walk = RandomWalk(
      boundaryMap: Self.noise(300, seed: 5, in: 0...1), height: 15, width: 20, radius: 4,
      affinityExponent: 3)
    let result = walk.propagate(Self.noise(300, seed: 6, in: 0...1), doublings: 4)
    #expect(result.allSatisfy { 0...1 ~= $0 })
  }

  @Test func aClosedBoundaryHoldsTheWalkBack() {
    // A wall in column 10: nothing seeded on the left arrives on the right.
    var boundaryMap = [Float](repeating: 0, count: 10 * 20)
    var cam = [Float](repeating: 0, count: 10 * 20)
    for row in 0..<10 {
      boundaryMap[row * 20 + 10] = 1
      for column in 0..<10 { cam[row * 20 + column] = 1 }
    }
    let walk = RandomWalk(
      boundaryMap: boundaryMap, height: 10, width: 20, radius: 5, affinityExponent: 10)
    let result = walk.propagate(cam, doublings: 8)
    for row in 0..<10 {
      #expect(result[row * 20 + 3] == 1)
      #expect(result[row * 20 + 10] == 0)
      #expect(result[row * 20 + 15] == 0)
    }
  }

  @Test(arguments: [2, 3, 5, 8])
  func threadCountDoesNotChangeABit(threads: Int) {
    let boundaryMap = Self.noise(61 * 47, seed: 3, in: 0...1)
    let cam = Self.noise(3 * 61 * 47, seed: 4, in: 0...1)
    func walk(_ threads: Int) -> [Float] {
      RandomWalk(
        boundaryMap: boundaryMap, height: 61, width: 47, radius: 5, affinityExponent: 10,
        threads: threads
      ).propagate(cam, doublings: 4)
    }
    #expect(walk(threads) == walk(1))
  }

  @Test func classesDoNotInfluenceEachOther() {
    let boundaryMap = Self.noise(80, seed: 8, in: 0...1)
    let cam = Self.noise(240, seed: 9, in: 0...1)
    let walk = RandomWalk(
      boundaryMap: boundaryMap, height: 8, width: 10, radius: 3, affinityExponent: 2)
    let together = walk.propagate(cam, doublings: 3)
    for plane in 0..<3 {
      let range = (plane * 80)..<((plane + 1) * 80)
      #expect(walk.propagate(Array(cam[range]), doublings: 3) == Array(together[range]))
    }
  }

  @Test func noClassesGiveNoMaps() {
    let walk = RandomWalk(
      boundaryMap: [0, 0], height: 1, width: 2, radius: 5, affinityExponent: 10)
    #expect(walk.propagate([], doublings: 8) == [])
  }
}
