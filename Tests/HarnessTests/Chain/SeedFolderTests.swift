import CoreAPI
import Essentials
import Foundation
import SharedTestSupport
import Testing

@testable import Harness

/// What the stored form of a seed keeps.
@Suite struct SeedFolderTests {
  @Test func thresholdsInStepsOfTheLevelsCutScoresAsBefore() {
    for step in 0...200 {
      let edge = Float(step) / 200
      for score in [edge.nextDown, edge, edge.nextUp, edge + 0.0024] where score <= 1 {
        let level = ScoreLevel.level(of: score)
        for other in 0...200 {
          let threshold = Float(other) / 200
          // A score that rounds to nothing is no score.
          #expect(ScoreLevel.exceeds(level, threshold) == (max(score, 0) > threshold))
        }
      }
    }
  }

  @Test func levelsAreReadAsThemselves() {
    for level in 0..<ScoreLevel.count {
      #expect(Int(ScoreLevel.level(of: ScoreLevel.scores[level])) == level)
    }
    #expect(ScoreLevel.level(of: -0.1) == 0 && ScoreLevel.level(of: .nan) == 0)
    #expect(ScoreLevel.level(of: 1.5) == 200 && ScoreLevel.level(of: .infinity) == 200)
  }

  @Test func seedIsReadToHalfALevelAndWrittenTheSameAgain() throws {
    try withTemporaryFolder { path in
      let folder = SeedFolder(path: path)
      let seed = Self.smoothSeed(width: 61, height: 37)
      try folder.write(seed, of: "a")
      let read = try folder.seed(of: "a")
      #expect(read.fullResolution.classes == [2, 5])
      #expect(read.quarterResolution.width == 16 && read.quarterResolution.height == 10)
      for (map, original) in [
        (read.fullResolution, seed.fullResolution),
        (read.quarterResolution, seed.quarterResolution),
      ] {
        #expect(zip(map.scores, original.scores).allSatisfy { abs($0 - $1) <= 0.0025 + 1e-6 })
      }
      try folder.write(read, of: "b")
      #expect(try AtomicFile.read(folder.file(of: "a")) == AtomicFile.read(folder.file(of: "b")))
    }
  }

  @Test func smoothMapsTakeAnEighthOfTheirHalfPrecision() throws {
    try withTemporaryFolder { path in
      let folder = SeedFolder(path: path)
      let seed = Self.smoothSeed(width: 200, height: 150)
      try folder.write(seed, of: "a")
      let scores = seed.fullResolution.scores.count + seed.quarterResolution.scores.count
      #expect(try AtomicFile.read(folder.file(of: "a")).count < 2 * scores / 8)
    }
  }

  @Test func imageWithoutClassesHasASeedToo() throws {
    try withTemporaryFolder { path in
      let folder = SeedFolder(path: path)
      let map = ClassActivationMap(classes: [], height: 5, width: 7, scores: [])
      try folder.write(Seed(fullResolution: map), of: "a")
      #expect(try folder.seed(of: "a") == Seed(fullResolution: map))
    }
  }

  private static func smoothSeed(width: Int, height: Int) -> Seed {
    let scores = [(0.3, 0.4), (0.7, 0.6)].flatMap { x, y in
      (0..<width * height).map { pixel -> Float in
        let dx = Double(pixel % width) / Double(width) - x
        let dy = Double(pixel / width) / Double(height) - y
        return Float(exp(-8 * (dx * dx + dy * dy)))
      }
    }
    return Seed(
      fullResolution: ClassActivationMap(
        classes: [2, 5], height: height, width: width, scores: scores))
  }
}
