import Foundation
import Imaging
import TensorFiles
import Tensors
import Testing

@testable import AffinityNet

@Suite(.serialized) struct PixelPairsTests {
  @Test(arguments: [(2, 4), (3, 12), (4, 22), (5, 34)])
  func offsetsFillHalfADisc(radius: Int, count: Int) {
    let pairs = PixelPairs(height: 64, width: 64, radius: radius)
    #expect(pairs.offsets.count == count)
    #expect(pairs.offsets.first == PathIndex.Offset(rows: 0, columns: 1))
    #expect(Set(pairs.offsets).count == count)
    #expect(pairs.offsets.allSatisfy { !pairs.offsets.contains($0.opposite) })
  }

  @Test(arguments: [(11, 64, 4), (64, 10, 3), (5, 5, 1), (4, 9, 0), (1, 1, 0)])
  func smallMapsReduceTheRadius(height: Int, width: Int, margin: Int) {
    let pairs = PixelPairs(height: height, width: width, radius: 5)
    #expect(pairs.margin == margin)
    #expect(pairs.offsets.isEmpty == (margin == 0))
    #expect(pairs.sourceRows > 0 && pairs.sourceColumns > 0)
  }

  @Test func affinityIsOneBetweenEqualFeaturesAndFallsWithTheirDistance() throws {
    // Columns of (0, 0), (0, 0), (0, 0), (1, 3), (1, 3): a mean distance of 2 in the middle.
    let features = try Tensor(
      (0..<50).map { $0 % 5 < 3 ? 0 : $0 < 25 ? 1 : 3 as Float }, shape: [1, 2, 5, 5])
    let pairs = PixelPairs(height: 5, width: 5, radius: 2)
    #expect(pairs.offsets.map(\.columns) == [1, -1, 0, 1])
    // Sources are the columns 1 to 3 of the rows 0 to 3.
    let affinities = try pairs.affinities(features)
    #expect(affinities.shape == [1, 4, 12])
    for (value, expected) in zip(try affinities.floats(), [1, exp(Float(-2)), 1]) {
      #expect(abs(value - expected) < 1e-6)
    }
    #expect(try affinities.floats()[24..<36].allSatisfy { $0 == 1 })
  }

  @Test func pairsWithUndecidedPixelsCountForNothing() throws {
    let pairs = PixelPairs(height: 5, width: 5, radius: 2)
    // Sources are columns 1 to 3; one row of labels, repeated.
    let maps = try Tensor(
      Array(repeating: [0, 0, 2, 255, 2] as [UInt8], count: 5).flatMap { $0 }, shape: [1, 5, 5]
    ).to(.int64)
    let labels = try pairs.labels(maps)
    // To the right: (0, 2), (2, 255), (255, 2); below: (0, 0), (2, 2), (255, 255).
    #expect(try Array(labels.negative.floats()[0..<3]) == [1, 0, 0])
    #expect(try Array(labels.background.floats()[24..<27]) == [1, 0, 0])
    #expect(try Array(labels.foreground.floats()[24..<27]) == [0, 1, 0])
    #expect(try labels.negative.floats()[24..<36].allSatisfy { $0 == 0 })
  }

  @Test func planesHoldAffinitiesAtTheirSources() throws {
    let pairs = PixelPairs(height: 5, width: 6, radius: 2)
    let values = (1...64).map(Float.init)
    let planes = pairs.planesByHand(values)
    #expect(try pairs.planes(Tensor(values, shape: [1, 4, 16])) == planes)
  }
}

extension PathIndex.Offset {
  fileprivate var opposite: PathIndex.Offset { .init(rows: -rows, columns: -columns) }
}

extension PixelPairs {
  fileprivate func planesByHand(_ values: [Float]) -> [Float] {
    var result = [Float](repeating: 0, count: offsets.count * height * width)
    var next = values.makeIterator()
    for direction in offsets.indices {
      for row in 0..<sourceRows {
        for column in margin..<margin + sourceColumns {
          result[(direction * height + row) * width + column] = next.next() ?? -1
        }
      }
    }
    return result
  }
}
