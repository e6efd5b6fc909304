import CoreAPI

/// Deep seeded region growing: seeds spread to connected pixels that the network is sure of.
///
/// Every pixel gets a candidate class: its own seed's, or that of the highest probability among the
/// image's classes if it exceeds the class's threshold. Then, class by class, the seeds of a class
/// spread over 8-connected candidates of the same class:
/// ```
/// candidate(p) = argmax P(p)   if max P(p) > threshold of that class
///              = seed class    otherwise, where p is a seed
/// ```
/// A candidate that is a seed of exactly one other class lets growth pass and keeps its class.
/// Classes grow in ascending order, and each sees what the ones before it have gained.
///
/// # Source
///
/// Huang et al., "Weakly-supervised semantic segmentation network with deep seeded region growing",
/// CVPR 2018, section 3.2. `speedinghzl/DSRG@91efdf7d pylayers/pylayers/pylayers.py:
/// generate_seed_step`, `CC_labeling_8.py`. The reference labels all connected components and then
/// accepts those with a seed; spreading from the seeds selects the same pixels.
struct SeededRegionGrowing: Sendable, Equatable {
  /// The probability above which a pixel is a candidate of a foreground class.
  let foregroundThreshold: Double
  /// The probability above which a pixel is a candidate of the background.
  let backgroundThreshold: Double

  /// Returns the seeds after one growth.
  ///
  /// - Parameters:
  ///   - seeds: The cues of an image; a cell may have marks of several classes.
  ///   - probabilities: `[classes, height, width]`, of the size of `seeds`.
  ///   - present: The image's classes with the background, ascending.
  /// - Returns: The seeds and everything they have gained.
  /// - Complexity: O(present classes × pixels).
  func grown(
    _ seeds: LocalizationCues, probabilities: [Float], present: [Int]
  ) -> LocalizationCues {
    let area = seeds.height * seeds.width
    precondition(
      probabilities.count == seeds.marks.count,
      "\(seeds.marks.count) marks need as many probabilities, got \(probabilities.count)")
    precondition(
      present.allSatisfy { (0..<seeds.classCount).contains($0) },
      "Classes \(present) are not below \(seeds.classCount)")
    let candidates = candidates(of: seeds, probabilities: probabilities, present: present)
    var result = seeds
    var seedCounts = [UInt8](repeating: 0, count: area)
    for index in seeds.marks.indices where seeds.marks[index] != 0 {
      seedCounts[index % area] += 1
    }

    var isReached = [Bool](repeating: false, count: area)
    var frontier: [Int] = []
    for label in present {
      let plane = label * area
      for pixel in 0..<area {
        isReached[pixel] = candidates[pixel] == label && result.marks[plane + pixel] != 0
        if isReached[pixel] { frontier.append(pixel) }
      }
      while let pixel = frontier.popLast() {
        let (row, column) = (pixel / seeds.width, pixel % seeds.width)
        for y in max(0, row - 1)...min(seeds.height - 1, row + 1) {
          for x in max(0, column - 1)...min(seeds.width - 1, column + 1) {
            let neighbour = y * seeds.width + x
            guard candidates[neighbour] == label, !isReached[neighbour] else { continue }
            isReached[neighbour] = true
            frontier.append(neighbour)
            // Pixels that are reached here are no seeds of this class yet.
            guard seedCounts[neighbour] != 1 else { continue }
            result.marks[plane + neighbour] = 1
            seedCounts[neighbour] += 1
          }
        }
      }
    }
    return result
  }

  /// Returns the class that may grow over every pixel, -1 for none.
  private func candidates(
    of seeds: LocalizationCues, probabilities: [Float], present: [Int]
  ) -> [Int] {
    let area = seeds.height * seeds.width
    var candidates = [Int](repeating: -1, count: area)
    for label in 0..<seeds.classCount {
      for pixel in 0..<area where seeds.marks[label * area + pixel] != 0 {
        candidates[pixel] = label
      }
    }
    guard let first = present.first else { return candidates }
    for pixel in 0..<area {
      var best = first
      var highest = probabilities[first * area + pixel]
      for label in present.dropFirst() where probabilities[label * area + pixel] > highest {
        best = label
        highest = probabilities[label * area + pixel]
      }
      if Double(highest) > (best == 0 ? backgroundThreshold : foregroundThreshold) {
        candidates[pixel] = best
      }
    }
    return candidates
  }
}
