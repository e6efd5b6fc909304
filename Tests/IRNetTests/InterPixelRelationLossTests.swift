import Foundation
import Tensors
import Testing

@testable import IRNet

/// The relation loss on a 4×4 map with radius 2, where it can be worked out on paper.
///
/// Radius 2 has the directions (0, 1), (1, 0), (1, -1) and (1, 1); sources are rows 0 to 2 of
/// columns 1 and 2, because a margin of one stays free below, left and right. The path along a
/// diagonal covers all four pixels of its square.
///
///     labels  0 0 1 1      boundary probabilities  .5 everywhere but
///             0 0 1 1                              .9 at row 1, column 2
///             0 2 2 1
///             undecided
@Suite(.serialized) struct InterPixelRelationLossTests {
  private let labels: [Int64] = [0, 0, 1, 1, 0, 0, 1, 1, 0, 2, 2, 1, 255, 255, 255, 255]

  private func makeLoss() throws -> InterPixelRelationLoss {
    try InterPixelRelationLoss(radius: 2, height: 4, width: 4, device: .cpu)
  }

  private func pairLabels(
    _ loss: InterPixelRelationLoss, classCount: Int = 3
  ) throws -> InterPixelRelationLoss.PairLabels {
    try loss.pairLabels(Tensor(labels, shape: [1, 4, 4]), classCount: classCount)
  }

  private func boundary() throws -> Tensor {
    var logits = [Float](repeating: 0, count: 16)
    logits[6] = Float(log(9.0))
    return try Tensor(logits, shape: [1, 1, 4, 4])
  }

  @Test func pairsAreSortedByTheirClasses() throws {
    let labels = try pairLabels(makeLoss())
    #expect(labels.background.shape == [1, 4, 6])
    // Sources (0,1) (0,2) (1,1) (1,2) (2,1) (2,2); a row for each direction.
    #expect(
      try labels.background.floats() == [
        0, 0, 0, 0, 0, 0,
        1, 0, 0, 0, 0, 0,
        1, 0, 1, 0, 0, 0,
        0, 0, 0, 0, 0, 0,
      ])
    #expect(
      try labels.foreground.floats() == [
        0, 1, 0, 1, 1, 0,
        0, 1, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0,
        0, 1, 0, 1, 0, 0,
      ])
    #expect(
      try labels.negative.floats() == [
        1, 0, 1, 0, 0, 1,
        0, 0, 1, 1, 0, 0,
        0, 1, 0, 1, 0, 0,
        1, 0, 1, 0, 0, 0,
      ])
  }

  @Test func classesBeyondTheListAreUndecided() throws {
    let labels = try pairLabels(makeLoss(), classCount: 2)
    #expect(
      try labels.foreground.floats() == [
        0, 1, 0, 1, 0, 0,
        0, 1, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0,
        0, 1, 0, 1, 0, 0,
      ])
    #expect(
      try labels.negative.floats() == [
        1, 0, 1, 0, 0, 0,
        0, 0, 0, 0, 0, 0,
        0, 1, 0, 0, 0, 0,
        1, 0, 0, 0, 0, 0,
      ])
  }

  @Test func affinityIsOneMinusTheStrongestBoundaryOnThePath() throws {
    let affinities = try makeLoss().affinities(boundary()).floats()
    let expected: [Float] = [
      0.5, 0.5, 0.1, 0.1, 0.5, 0.5,
      0.5, 0.1, 0.5, 0.1, 0.5, 0.5,
      0.5, 0.1, 0.5, 0.1, 0.5, 0.5,
      0.1, 0.1, 0.1, 0.1, 0.5, 0.5,
    ]
    #expect(affinities.count == expected.count)
    for (affinity, value) in zip(affinities, expected) { #expect(abs(affinity - value) < 1e-6) }
  }

  @Test func termsAreTheMeansOverTheirPairs() throws {
    let loss = try makeLoss()
    let terms = try loss(
      boundary: boundary(), displacement: Tensor.zeros([1, 2, 4, 4]), labels: pairLabels(loss))
    // Background: three pairs of affinity .5. Foreground: two of .5 and four of .1. Different: three
    // of .5 and six of .1.
    let positive = (-log(0.5) + (-2 * log(0.5) - 4 * log(0.1)) / 6) / 2
    let negative = (-3 * log(0.5) - 6 * log(0.9)) / 9
    // A displacement of 0 misses the offset of every foreground pair: 1 of four, 2 of two diagonals,
    // averaged over two axes.
    let foreground = 8.0 / 12
    #expect(abs(try terms.positive.item() - positive) < 1e-4)
    #expect(abs(try terms.negative.item() - negative) < 1e-4)
    #expect(abs(try terms.foregroundDisplacement.item() - foreground) < 1e-4)
    #expect(try terms.backgroundDisplacement.item() == 0)
    let total = (positive + negative) / 2 + foreground / 2
    #expect(abs(try terms.total.item() - total) < 1e-4)
  }

  @Test func fieldThatPointsToOneCentreHasNoForegroundLoss() throws {
    let loss = try makeLoss()
    // Source minus destination is the offset itself if every pixel points away by its position.
    var field = [Float](repeating: 0, count: 32)
    for row in 0..<4 {
      for column in 0..<4 {
        field[row * 4 + column] = -Float(row)
        field[16 + row * 4 + column] = -Float(column)
      }
    }
    let terms = try loss(
      boundary: boundary(), displacement: Tensor(field, shape: [1, 2, 4, 4]),
      labels: pairLabels(loss))
    #expect(try terms.foregroundDisplacement.item() == 0)
    // The three background pairs, two of them diagonal, should not differ, but do by their offsets.
    #expect(abs(try terms.backgroundDisplacement.item() - 5.0 / 6) < 1e-4)
  }

  @Test func mapWithoutPairsHasNoLoss() throws {
    let loss = try makeLoss()
    let labels = try loss.pairLabels(
      Tensor([Int64](repeating: 255, count: 16), shape: [1, 4, 4]), classCount: 3)
    let terms = try loss(
      boundary: boundary(), displacement: Tensor.zeros([1, 2, 4, 4]), labels: labels)
    #expect(try terms.total.item() == 0)
  }
}
