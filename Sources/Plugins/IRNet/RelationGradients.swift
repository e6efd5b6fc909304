import Foundation
import Imaging
import Tensors

/// What one pair of each kind weighs in its term of the relation loss: one over their number.
struct RelationWeights: Sendable {
  var background: Double
  var foreground: Double
  var different: Double
  /// Displacements are averaged over two axes, too.
  var backgroundDisplacement: Double
  var foregroundDisplacement: Double

  /// Counts the pairs of a batch, those of all processes that share it.
  ///
  /// - Parameters:
  ///   - kinds: The pairs' kinds, image by image.
  ///   - epsilon: Keeps the weight of a kind that does not occur finite.
  /// - Throws: `ProcessGroupError` if another process ended.
  init(counting kinds: [[PixelPairs.Kind]], epsilon: Double) throws {
    var counts = [Double](repeating: 0, count: 4)
    for kinds in kinds {
      for kind in kinds { counts[Int(kind.rawValue)] += 1 }
    }
    let group = ProcessGroup.current
    if let group { counts = try group.sums(counts) }
    // The mean of the processes' losses is the loss, so each process's values weigh more.
    let share = Double(group?.count ?? 1)
    func weight(_ kind: PixelPairs.Kind, axes: Double = 1) -> Double {
      share / (counts[Int(kind.rawValue)] * axes + epsilon)
    }
    background = weight(.background)
    foreground = weight(.foreground)
    different = weight(.different)
    backgroundDisplacement = weight(.background, axes: 2)
    foregroundDisplacement = weight(.foreground, axes: 2)
  }
}

/// The contribution of one image to the relation loss and to its derivatives.
struct RelationGradients: Sendable {
  /// The sums of -log(a) over pairs of equal class and of -log(1 - a) over the others.
  private(set) var background = 0.0
  private(set) var foreground = 0.0
  private(set) var different = 0.0
  /// The sums of the absolute differences of displacements.
  private(set) var backgroundDisplacement = 0.0
  private(set) var foregroundDisplacement = 0.0
  /// The derivative of the loss by boundary probabilities, `[height, width]`.
  private(set) var byProbability: [Float]
  /// The derivative of the loss by displacements, `[2, height, width]`.
  private(set) var byDisplacement: [Float]

  /// Visits the pairs of one image.
  ///
  /// - Parameters:
  ///   - probability: Boundary probabilities, `[height, width]`.
  ///   - displacement: `[2, height, width]` in steps of the map.
  ///   - pairs: The pairs.
  ///   - kinds: What every pair teaches.
  ///   - weights: What a pair of each kind weighs in its term.
  ///   - epsilon: Keeps logarithms finite.
  init(
    probability: [Float], displacement: [Float], pairs: PixelPairs, kinds: [PixelPairs.Kind],
    weights: RelationWeights, epsilon: Float
  ) {
    let plane = pairs.height * pairs.width
    byProbability = [Float](repeating: 0, count: plane)
    byDisplacement = [Float](repeating: 0, count: 2 * plane)
    // In the loss, the two attracting terms count a quarter each, the other three a half.
    let pull = (Float(weights.background / 4), Float(weights.foreground / 4))
    let push = Float(weights.different / 2)
    let align = (
      Float(weights.backgroundDisplacement / 2), Float(weights.foregroundDisplacement / 2)
    )
    var largest = [Float](repeating: 0, count: pairs.columns)
    var places = [Int32](repeating: 0, count: pairs.columns)
    var next = 0
    for (direction, path) in pairs.index.paths.enumerated() {
      let step = pairs.distance(path.destination)
      let offset = (Float(path.destination.rows), Float(path.destination.columns))
      for row in 0..<pairs.rows {
        pairs.largestOnPath(
          direction: direction, row: row, in: probability, into: &largest, at: &places)
        let first = pairs.firstSource(ofRow: row)
        for column in 0..<pairs.columns {
          let kind = kinds[next]
          next += 1
          if kind == .undecided { continue }
          let affinity = 1 - largest[column]
          let place = Int(places[column])
          if kind == .different {
            let rest = (1 + epsilon) - affinity
            different -= Double(log(rest))
            byProbability[place] -= push / rest
            continue
          }
          let kept = affinity + epsilon
          let (source, destination) = (first + column, first + column + step)
          let down = displacement[source] - displacement[destination]
          let right = displacement[plane + source] - displacement[plane + destination]
          let slopes: (down: Float, right: Float)
          if kind == .foreground {
            foreground -= Double(log(kept))
            byProbability[place] += pull.1 / kept
            foregroundDisplacement += Double(abs(down - offset.0) + abs(right - offset.1))
            slopes = (align.1 * sign(down - offset.0), align.1 * sign(right - offset.1))
          } else {
            background -= Double(log(kept))
            byProbability[place] += pull.0 / kept
            backgroundDisplacement += Double(abs(down) + abs(right))
            slopes = (align.0 * sign(down), align.0 * sign(right))
          }
          byDisplacement[source] += slopes.down
          byDisplacement[destination] -= slopes.down
          byDisplacement[plane + source] += slopes.right
          byDisplacement[plane + destination] -= slopes.right
        }
      }
    }
  }
}

/// Returns -1, 0 or 1.
private func sign(_ value: Float) -> Float { value > 0 ? 1 : value < 0 ? -1 : 0 }
