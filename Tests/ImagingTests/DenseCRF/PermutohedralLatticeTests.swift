import Essentials
import Foundation
import Testing

@testable import Imaging

@Suite struct PermutohedralLatticeTests {
  private static func point(_ index: Int, dimension: Int) -> SIMD8<Float> {
    var stream = RandomStream(seed: 7, index)
    var result = SIMD8<Float>()
    for axis in 0..<dimension { result[axis] = Float(stream.uniform(in: -4...4)) }
    return result
  }

  private static func lattice(
    _ count: Int, dimension: Int, threads: Int = 1
  ) -> PermutohedralLattice {
    PermutohedralLattice(pointCount: count, dimension: dimension, threads: threads) {
      point($0, dimension: dimension)
    }
  }

  /// The keys of a simplex's vertices by remainder.
  private static func keys(
    of simplex: PermutohedralSimplex, dimension: Int
  ) -> [PermutohedralSimplex.Key] {
    let turns = PermutohedralSimplex.turns(dimension: dimension)
    return turns.withUnsafeBufferPointer { turns in
      (0..<dimension).reduce(into: [simplex.origin]) { keys, remainder in
        keys.append(simplex.key(after: keys[remainder], remainder: remainder, turns: turns))
      }
    }
  }

  @Test(arguments: [1, 2, 5, 7])
  func verticesOfASimplexAreItsRemaindersAndCloseTheCircle(dimension: Int) {
    // Coordinates of a vertex of remainder r are r modulo d + 1, and passing all vertices of a
    // simplex returns to the first.
    let finder = PermutohedralSimplexFinder(dimension: dimension)
    let turns = PermutohedralSimplex.turns(dimension: dimension)
    for index in 0..<50 {
      var weights = [Float](repeating: 0, count: dimension + 1)
      let simplex = finder.locate(Self.point(index, dimension: dimension), weights: &weights)
      let keys = Self.keys(of: simplex, dimension: dimension)
      for (remainder, key) in keys.enumerated() {
        for axis in 0..<dimension {
          #expect((Int(key[axis]) - remainder) % (dimension + 1) == 0)
        }
      }
      let next = turns.withUnsafeBufferPointer {
        simplex.key(after: keys[dimension], remainder: dimension, turns: $0)
      }
      #expect(next == simplex.origin)
    }
  }

  @Test(arguments: 1...7)
  func sharesOfAPointAreNotNegativeAndSumToOne(dimension: Int) {
    let lattice = Self.lattice(200, dimension: dimension)
    for point in 0..<200 {
      let first = point * lattice.cornerCount
      let shares = lattice.weights[first..<(first + lattice.cornerCount)]
      #expect(shares.allSatisfy { $0 >= -1e-5 })
      #expect(abs(shares.reduce(0, +) - 1) < 1e-5)
    }
  }

  @Test(arguments: [2, 5])
  func cornersReproduceThePoint(dimension: Int) {
    // The point is the weighted mean of its corners, elevated onto the plane.
    let finder = PermutohedralSimplexFinder(dimension: dimension)
    for index in 0..<100 {
      let features = Self.point(index, dimension: dimension)
      var weights = [Float](repeating: 0, count: dimension + 1)
      let simplex = finder.locate(features, weights: &weights)
      let keys = Self.keys(of: simplex, dimension: dimension)
      let deviation = (2.0 / 3.0).squareRoot() * Double(dimension + 1)
      var sum = 0.0
      for axis in stride(from: dimension, to: 0, by: -1) {
        let scaled =
          Double(features[axis - 1]) * deviation / Double(axis * (axis + 1)).squareRoot()
        if axis < dimension {
          let mean = (0...dimension).reduce(0.0) { mean, remainder in
            mean + Double(weights[remainder]) * Double(keys[remainder][axis])
          }
          #expect(abs(mean - (sum - Double(axis) * scaled)) < 1e-4)
        }
        sum += scaled
      }
    }
  }

  @Test func everyPointIsSplatInAscendingOrderWithItsShares() {
    let lattice = Self.lattice(203, dimension: 3)
    var total = 0
    for vertex in 0..<lattice.vertexCount {
      let entries = Int(lattice.splatStarts[vertex])..<Int(lattice.splatStarts[vertex + 1])
      let points = lattice.splatPoints[entries]
      #expect(points.elementsEqual(points.sorted()))
      total += entries.count
      for entry in entries {
        let first = Int(lattice.splatPoints[entry]) * 4
        let corner = (first..<(first + 4)).first {
          lattice.corners[$0] == Int32(vertex + 1)
            && lattice.weights[$0] == lattice.splatWeights[entry]
        }
        #expect(corner != nil)
      }
    }
    #expect(total == 203 * 4)
  }

  @Test func neighborsAreMutual() {
    let lattice = Self.lattice(300, dimension: 5)
    for direction in 0..<6 {
      for vertex in 0..<lattice.vertexCount {
        let pair = lattice.neighbors[direction * lattice.vertexCount + vertex]
        if pair.x > 0 {
          let back = lattice.neighbors[direction * lattice.vertexCount + Int(pair.x) - 1]
          #expect(back.y == Int32(vertex + 1))
        }
      }
    }
  }

  @Test func filteringIsLinear() {
    let lattice = Self.lattice(120, dimension: 5)
    var stream = RandomStream(seed: 3)
    let values = (0..<120).map { _ in
      SIMD4<Float>((0..<4).map { _ in Float(stream.uniform()) })
    }
    let sums = values.map { SIMD4($0.x + 2 * $0.y, 0, 0, 0) }
    let filtered = lattice.filtered(values, groupCount: 1, threads: 1)
    let filteredSums = lattice.filtered(sums, groupCount: 1, threads: 1)
    for (parts, whole) in zip(filtered, filteredSums) {
      #expect(abs(parts.x + 2 * parts.y - whole.x) < 1e-4)
    }
  }

  @Test func reversedBlurIsTheTranspose() {
    let lattice = Self.lattice(60, dimension: 3)
    func row(_ index: Int, reversed: Bool) -> [Float] {
      var input = [SIMD4<Float>](repeating: SIMD4(), count: 60)
      input[index].x = 1
      return lattice.filtered(input, groupCount: 1, reversed: reversed, threads: 1).map(\.x)
    }
    for (i, j) in [(0, 1), (5, 40), (59, 3), (20, 21)] {
      #expect(abs(row(i, reversed: false)[j] - row(j, reversed: true)[i]) < 1e-6)
    }
  }

  @Test func filterApproximatesTheGaussianInsideADenseGrid() {
    // A plane of 41×41 points four to a deviation: the response to an impulse in the middle
    // has the Gaussian's shape within 15 % of its peak.
    let lattice = PermutohedralLattice(pointCount: 41 * 41, dimension: 2, threads: 1) {
      SIMD8(Float($0 % 41) / 4, Float($0 / 41) / 4, 0, 0, 0, 0, 0, 0)
    }
    var input = [SIMD4<Float>](repeating: SIMD4(), count: 41 * 41)
    input[20 * 41 + 20].x = 1
    let response = lattice.filtered(input, groupCount: 1, threads: 1).map(\.x)
    let peak = response.reduce(0, +) / (2 * Float.pi * 16)
    for (row, column) in [(20, 20), (20, 24), (24, 20), (16, 18), (28, 20), (23, 23)] {
      let squared = Float((row - 20) * (row - 20) + (column - 20) * (column - 20)) / 16
      #expect(abs(response[row * 41 + column] / peak - exp(-squared / 2)) < 0.15)
    }
  }

  @Test func symmetricNormalisationGivesUnitRowSumsInTheScaledSense() {
    // K̂ D^½ 1 = D^½ 1: the vector of square-rooted sums is a fixed point.
    let lattice = Self.lattice(150, dimension: 2)
    let ones = [SIMD4<Float>](repeating: SIMD4(1, 0, 0, 0), count: 150)
    let roots = lattice.filtered(ones, groupCount: 1, threads: 1).map { $0.squareRoot() }
    let kernel = NormalizedKernel(lattice: lattice, weight: 1, threads: 1)
    let buffer = LatticeBuffer(vertexCount: lattice.vertexCount, groupCount: 1)
    roots.withUnsafeBufferPointer { roots in
      guard let base = roots.baseAddress else { return }
      buffer.splat(base, weights: kernel.splatWeights, on: lattice, threads: 1)
    }
    buffer.blur(on: lattice, threads: 1)
    for point in 0..<150 {
      let result = (0..<3).reduce(Float(0)) { sum, corner in
        let entry = point * 3 + corner
        return sum + kernel.sliceWeights[entry] * buffer.values[Int(lattice.corners[entry])].x
      }
      #expect(abs(result - roots[point].x) < 1e-4)
    }
  }

  @Test func threadCountDoesNotChangeTheLattice() {
    let alone = Self.lattice(500, dimension: 5, threads: 1)
    let shared = Self.lattice(500, dimension: 5, threads: 3)
    #expect(alone.corners == shared.corners)
    #expect(alone.weights == shared.weights)
    #expect(alone.neighbors == shared.neighbors)
  }
}

@Suite struct ExponentialTests {
  @Test func exponentialIsAccurateToTwoUnitsInTheLastPlace() {
    for step in 0...20_000 {
      let x = -Float(step) * 0.0043
      let value = SIMD4<Float>(repeating: x).exponentialOfNonPositive[2]
      let reference = exp(Double(x))
      #expect(abs(Double(value) - reference) <= 2.4e-7 * reference)
    }
  }

  @Test func exponentialOfZeroIsOneAndOfMinusInfinityZero() {
    let result = SIMD4<Float>(0, -.infinity, -100, -0.0).exponentialOfNonPositive
    #expect(result == SIMD4(1, 0, 0, 1))
  }
}
