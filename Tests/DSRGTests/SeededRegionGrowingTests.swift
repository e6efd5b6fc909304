import CoreAPI
import Essentials
import Imaging
import Testing

@testable import DSRG

@Suite struct SeededRegionGrowingTests {
  private let growing = SeededRegionGrowing(foregroundThreshold: 0.85, backgroundThreshold: 0.99)

  /// Returns the plane of a class as rows of `0` and `1`.
  private func rows(_ cues: LocalizationCues, of label: Int) -> [String] {
    (0..<cues.height).map { row in
      (0..<cues.width).map { cues[label, row, $0] ? "1" : "0" }.joined()
    }
  }

  private func cues(
    _ classCount: Int, _ side: Int, at places: [(Int, Int, Int)]
  ) -> LocalizationCues {
    var cues = LocalizationCues(
      classCount: classCount, size: ImageSize(width: side, height: side))
    for (label, row, column) in places { cues[label, row, column] = true }
    return cues
  }

  /// A case worked out with the reference: sure areas of two classes and three isolated sure cells.
  @Test func growsAsTheReferenceOnASmallMap() {
    var probabilities = [Float](repeating: 0, count: 4 * 36)
    func set(_ row: Int, _ column: Int, _ label: Int, _ value: Float, background: Float) {
      probabilities[label * 36 + row * 6 + column] = value
      probabilities[row * 6 + column] = background
    }
    for row in 0..<6 {
      for column in 0..<6 {
        set(row, column, 1, 0, background: 1)
        if row < 3 && column < 3 { set(row, column, 1, 0.9, background: 0.1) }
        if row > 2 && column > 2 { set(row, column, 2, 0.9, background: 0.1) }
      }
    }
    set(0, 5, 1, 0.005, background: 0.995)
    set(2, 4, 1, 0.86, background: 0.14)
    set(4, 0, 1, 0.95, background: 0.05)
    let cues = cues(
      4, 6, at: [(1, 0, 0), (2, 5, 5), (2, 1, 1), (0, 0, 5), (0, 5, 0)])
    let grown = growing.grown(cues, probabilities: probabilities, present: [0, 1, 2])
    #expect(rows(grown, of: 0) == ["000111", "000111", "000101", "111000", "011000", "111000"])
    #expect(rows(grown, of: 1) == ["111000", "101000", "111000", "000000", "000000", "000000"])
    #expect(rows(grown, of: 2) == ["000000", "010000", "000000", "000111", "000111", "000111"])
    #expect(rows(grown, of: 3) == Array(repeating: "000000", count: 6))
  }

  @Test func thresholdsThemselvesAreNotEnough() {
    // Numbers that are the same in single and in double precision.
    let growing = SeededRegionGrowing(foregroundThreshold: 0.75, backgroundThreshold: 0.875)
    let cues = cues(2, 2, at: [(1, 0, 0)])
    func gained(_ foreground: Float, _ background: Float) -> Int {
      let probabilities =
        [Float](repeating: background, count: 4) + [Float](repeating: foreground, count: 4)
      return growing.grown(cues, probabilities: probabilities, present: [0, 1])
        .marks.count { $0 == 1 }
    }
    #expect(gained(0.75, 0) == 1)
    #expect(gained(0.7500001, 0) == 4)
    // A background without seeds gains nothing, however sure the network is of it.
    #expect(gained(0, 0.9) == 1)
  }

  @Test func absentClassesDoNotCompete() {
    let cues = cues(3, 2, at: [(1, 0, 0)])
    let probabilities: [Float] = [0, 0, 0, 0, 0.9, 0.9, 0.9, 0.9, 0.95, 0.95, 0.95, 0.95]
    let grown = growing.grown(cues, probabilities: probabilities, present: [0, 1])
    #expect(rows(grown, of: 1) == ["11", "11"] && rows(grown, of: 2) == ["00", "00"])
    #expect(growing.grown(cues, probabilities: probabilities, present: [0, 1, 2]) == cues)
  }

  @Test func seedsAreNeverLost() {
    for index in 0..<20 {
      let (cues, probabilities) = scene(index)
      let grown = growing.grown(cues, probabilities: probabilities, present: [0, 1, 3])
      #expect(zip(cues.marks, grown.marks).allSatisfy { $0 <= $1 })
    }
  }

  @Test func mirrorImagesGrowAlike() {
    for index in 0..<20 {
      let (cues, probabilities) = scene(index)
      let mirror = growing.grown(
        cues.flippedHorizontally(), probabilities: mirrored(probabilities, width: cues.width),
        present: [0, 1, 2, 3])
      let grown = growing.grown(cues, probabilities: probabilities, present: [0, 1, 2, 3])
      #expect(mirror.flippedHorizontally() == grown)
    }
  }

  @Test func equalsAcceptingWholeComponents() {
    for index in 0..<40 {
      let (cues, probabilities) = scene(index)
      let present = index.isMultiple(of: 2) ? [0, 1, 2, 3] : [0, 2]
      #expect(
        growing.grown(cues, probabilities: probabilities, present: present)
          == grownByComponents(cues, probabilities, present), "scene \(index)")
    }
  }

  // MARK: - Support

  /// A random map of four classes in blocks, with seeds that can overlap.
  private func scene(_ index: Int) -> (LocalizationCues, [Float]) {
    var stream = RandomStream(seed: 5, "growth", index)
    let (height, width) = (11, 14)
    let area = height * width
    var probabilities = [Float](repeating: 0.01, count: 4 * area)
    var cues = LocalizationCues(classCount: 4, size: ImageSize(width: width, height: height))
    for pixel in 0..<area {
      let block = (pixel / width / 3 * 5 + pixel % width / 3 + index) % 4
      let winner = stream.chance(0.8) ? block : stream.integer(in: 0...3)
      probabilities[winner * area + pixel] = stream.chance(0.6) ? 0.995 : 0.7
      for label in 0..<4 where stream.chance(0.06) { cues.marks[label * area + pixel] = 1 }
    }
    return (cues, probabilities)
  }

  private func mirrored(_ values: [Float], width: Int) -> [Float] {
    stride(from: 0, to: values.count, by: width).flatMap { values[$0..<$0 + width].reversed() }
  }

  /// The reference's own steps: label the components, mark the strangers, accept the seeded.
  private func grownByComponents(
    _ seeds: LocalizationCues, _ probabilities: [Float], _ present: [Int]
  ) -> LocalizationCues {
    let area = seeds.height * seeds.width
    var map = [Int](repeating: -1, count: area)
    for label in 0..<seeds.classCount {
      for pixel in 0..<area where seeds.marks[label * area + pixel] == 1 { map[pixel] = label }
    }
    for pixel in 0..<area {
      let values = present.map { probabilities[$0 * area + pixel] }
      let highest = values.max() ?? 0
      let label = present[values.firstIndex(of: highest) ?? 0]
      if Double(highest) > (label == 0 ? 0.99 : 0.85) { map[pixel] = label }
    }
    var result = seeds
    for label in present {
      var component = (0..<area).map { map[$0] == label ? $0 : -2 }
      var isStable = false
      while !isStable {
        isStable = true
        for pixel in 0..<area where component[pixel] >= 0 {
          for other in 0..<area where component[other] >= 0 {
            let rows = abs(pixel / seeds.width - other / seeds.width)
            let columns = abs(pixel % seeds.width - other % seeds.width)
            if max(rows, columns) == 1, component[other] < component[pixel] {
              component[pixel] = component[other]
              isStable = false
            }
          }
        }
      }
      let accepted = Set(
        (0..<area).filter { component[$0] >= 0 && result.marks[label * area + $0] == 1 }
          .map { component[$0] })
      let before = result
      for pixel in 0..<area where component[pixel] >= 0 && accepted.contains(component[pixel]) {
        let count = (0..<seeds.classCount).count { before.marks[$0 * area + pixel] == 1 }
        if before.marks[label * area + pixel] == 1 || count != 1 {
          result.marks[label * area + pixel] = 1
        }
      }
    }
    return result
  }
}
