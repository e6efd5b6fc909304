import Testing

@testable import Imaging

@Suite struct PathIndexTests {
  private static func offsets(_ pairs: [(Int, Int)]) -> [PathIndex.Offset] {
    pairs.map { PathIndex.Offset(rows: $0.0, columns: $0.1) }
  }

  @Test func destinationsOfRadiusFiveAreOrderedByPathLength() {
    let expected = Self.offsets([
      (0, 1), (1, 0), (0, 2), (2, 0), (0, 3), (1, -1), (1, 1), (3, 0), (0, 4), (4, 0), (1, -2),
      (1, 2), (2, -1), (2, 1), (2, -2), (2, 2), (1, -3), (1, 3), (2, -3), (2, 3), (3, -2),
      (3, -1), (3, 1), (3, 2), (1, -4), (1, 4), (3, -3), (3, 3), (4, -1), (4, 1), (2, -4),
      (2, 4), (4, -2), (4, 2),
    ])
    #expect(PathIndex(radius: 5).paths.map(\.destination) == expected)
  }

  @Test(arguments: [
    [(1, -2), (0, -2), (1, -1), (0, -1), (1, 0), (0, 0)],
    [(2, 1), (1, 1), (2, 0), (0, 1), (1, 0), (0, 0)],
    [(3, -2), (2, -2), (3, -1), (2, -1), (1, -1), (0, -1), (1, 0), (0, 0)],
    [
      (4, 2), (3, 2), (4, 1), (2, 2), (3, 1), (2, 1), (1, 1), (2, 0), (0, 1), (1, 0), (0, 0),
    ],
  ])
  func pathsGoFromTheDestinationToTheSource(points: [(Int, Int)]) {
    let expected = Self.offsets(points)
    let path = PathIndex(radius: 5).paths.first { $0.destination == expected[0] }
    #expect(path?.points == expected)
  }

  @Test func lengthsOfRadiusTenAreTheReferences() {
    let lengths = PathIndex(radius: 10).paths.map(\.points.count)
    #expect(lengths.count == 152)
    #expect(lengths == lengths.sorted())
    let expected = Array(2...16) + Array(18...22)
    #expect(Set(lengths) == Set(expected))
    #expect(
      expected.map { length in lengths.count { $0 == length } }
        == [2, 2, 4, 2, 6, 4, 10, 2, 12, 4, 12, 2, 8, 8, 22, 16, 6, 20, 4, 6])
  }

  @Test(arguments: 2...6)
  func everyPairWithinTheRadiusIsListedOnce(radius: Int) {
    let destinations = PathIndex(radius: radius).paths.map(\.destination)
    var expected = Set<PathIndex.Offset>()
    for rows in -radius...radius {
      for columns in -radius...radius
      where rows * rows + columns * columns < radius * radius && (rows, columns) != (0, 0) {
        expected.insert(PathIndex.Offset(rows: rows, columns: columns))
      }
    }
    let both = destinations.flatMap {
      [$0, PathIndex.Offset(rows: -$0.rows, columns: -$0.columns)]
    }
    #expect(both.count == expected.count)
    #expect(Set(both) == expected)
  }
}
