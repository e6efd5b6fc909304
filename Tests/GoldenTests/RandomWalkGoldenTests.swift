import Essentials
import SharedTestSupport
import TensorFiles
import Testing

@testable import IRNet
@testable import Imaging

/// IRN's path index and random walk against runs of the reference.
@Suite struct RandomWalkGoldenTests {
  @Test func pathIndexMatchesTheReference() throws {
    try golden("irn_path_index") { golden in
      for (run, _) in golden.parameters["runs"].object ?? [:] {
        let size = try golden.integers("runs", run)
        let pairs = PixelPairs(radius: size[0], height: size[1], width: size[2])
        let index = pairs.index
        let offsets = { (points: [PathIndex.Offset]) in points.flatMap { [$0.rows, $0.columns] } }
        try golden.expect(offsets(index.paths.map(\.destination)), matches: "\(run).dst")
        try golden.expect(offsets(index.paths.flatMap(\.points)), matches: "\(run).path_points")
        let starts = index.paths.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.points.count) }
        try golden.expect(starts, matches: "\(run).path_start")
        let lengths = index.paths.map(\.points.count)
        let groups = Set(lengths).sorted().flatMap { length in
          [lengths.count { $0 == length }, length]
        }
        try golden.expect(groups, matches: "\(run).group_lengths")
        let sources = (0..<pairs.rows).flatMap { row in
          (0..<pairs.columns).map { pairs.firstSource(ofRow: row) + $0 }
        }
        try golden.expect(sources, matches: "\(run).src_indices")
        let destinations = index.paths.flatMap { path in
          sources.map { $0 + pairs.distance(path.destination) }
        }
        try golden.expect(destinations, matches: "\(run).dst_indices")
      }
    }
  }

  @Test func walkMatchesTheReference() throws {
    try golden("irn_propagate") { golden in
      let cam = try golden.input("cam")
      let boundaryMap = try golden.input("edge").floats()
      for (run, _) in golden.parameters["runs"].object ?? [:] {
        let settings = try golden.integers("runs", run)
        let walk = RandomWalk(
          boundaryMap: boundaryMap, height: cam.shape[1], width: cam.shape[2],
          radius: settings[0], affinityExponent: settings[1])
        let result = walk.propagate(cam.floats(), doublings: settings[2])
        try golden.expect(result, matches: "rw.\(run)")
      }
    }
  }

  @Test func affinitiesMatchTheReference() throws {
    try golden("irn_propagate") { golden in
      let shape = try golden.input("edge").shape
      let (height, width) = (shape[1], shape[2])
      guard golden.outputNames.contains("dense_affinity") else { return }
      let expected = try golden.output("dense_affinity").floats()
      // The manifest does not say which run's radius this is; the longest step straight down does.
      let reach = (1..<height).last { rows in
        (0..<width).contains { expected[$0 * height * width + rows * width + $0] != 0 }
      }
      let index = PathIndex(radius: try #require(reach) + 1)
      var stencil = WalkStencil(
        height: height, width: width, offsets: index.paths.map(\.destination),
        margin: index.margin)
      stencil.fill(
        affinitiesOf: index, boundaryMap: try golden.input("edge").floats(), exponent: 1,
        threads: 1)
      let count = height * width
      var dense = [Float](repeating: 0, count: count * count)
      for i in 0..<count { dense[i * count + i] = 1 }
      for (direction, path) in index.paths.enumerated() {
        for i in 0..<count {
          let row = i / width + path.destination.rows
          let column = i % width + path.destination.columns
          guard row < height, 0..<width ~= column else { continue }
          let value = stencil.affinity(row: i / width, column: i % width, direction: direction)
          dense[i * count + row * width + column] = value
          dense[(row * width + column) * count + i] = value
        }
      }
      try golden.expect(dense, matches: "dense_affinity")
    }
  }
}
