import Foundation
import Imaging
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
  private let labels = LabelMap(
    width: 4, height: 4, indices: [0, 0, 1, 1, 0, 0, 1, 1, 0, 2, 2, 1, 255, 255, 255, 255])
  private let loss = InterPixelRelationLoss(
    pairs: PixelPairs(radius: 2, height: 4, width: 4), classCount: 3)

  private func boundary() throws -> Tensor {
    var logits = [Float](repeating: 0, count: 16)
    logits[6] = Float(log(9.0))
    return try Tensor(logits, shape: [1, 1, 4, 4])
  }

  /// A letter for every pair, a row for each direction: background, foreground, different.
  private func letters(_ kinds: [PixelPairs.Kind]) -> [String] {
    let letters = String(kinds.map { Array("-BFD")[Int($0.rawValue)] })
    return (0..<4).map { String(letters.dropFirst($0 * 6).prefix(6)) }
  }

  @Test func pairsAreSortedByTheirClasses() {
    // Sources (0,1) (0,2) (1,1) (1,2) (2,1) (2,2).
    #expect(
      letters(loss.pairs.kinds(of: labels, classCount: 3)) == [
        "DFDFFD", "BFDD--", "BDBD--", "DFDF--",
      ])
  }

  @Test func classesBeyondTheListAreUndecided() {
    #expect(
      letters(loss.pairs.kinds(of: labels, classCount: 2)) == [
        "DFDF--", "BF----", "BDB---", "DF-F--",
      ])
  }

  @Test func affinityIsOneMinusTheStrongestBoundaryOnThePath() throws {
    let affinities = loss.pairs.affinities(try boundary().sigmoid().floats())
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
    let terms = try loss(
      boundary: boundary(), displacement: Tensor.zeros([1, 2, 4, 4]), labels: [labels])
    // Background: three pairs of affinity .5. Foreground: two of .5 and four of .1. Different: three
    // of .5 and six of .1.
    let positive = (-log(0.5) + (-2 * log(0.5) - 4 * log(0.1)) / 6) / 2
    let negative = (-3 * log(0.5) - 6 * log(0.9)) / 9
    // A displacement of 0 misses the offset of every foreground pair: 1 of four, 2 of two diagonals,
    // averaged over two axes.
    let foreground = 8.0 / 12
    #expect(abs(terms.positive - positive) < 1e-4)
    #expect(abs(terms.negative - negative) < 1e-4)
    #expect(abs(terms.foregroundDisplacement - foreground) < 1e-4)
    #expect(terms.backgroundDisplacement == 0)
    let total = (positive + negative) / 2 + foreground / 2
    #expect(abs(try terms.total.item() - total) < 1e-4)
  }

  @Test func fieldThatPointsToOneCentreHasNoForegroundLoss() throws {
    // Source minus destination is the offset itself if every pixel points away by its position.
    var field = [Float](repeating: 0, count: 32)
    for row in 0..<4 {
      for column in 0..<4 {
        field[row * 4 + column] = -Float(row)
        field[16 + row * 4 + column] = -Float(column)
      }
    }
    let terms = try loss(
      boundary: boundary(), displacement: Tensor(field, shape: [1, 2, 4, 4]), labels: [labels])
    #expect(terms.foregroundDisplacement == 0)
    // The three background pairs, two of them diagonal, should not differ, but do by their offsets.
    #expect(abs(terms.backgroundDisplacement - 5.0 / 6) < 1e-4)
  }

  @Test func mapWithoutPairsHasNoLoss() throws {
    let terms = try loss(
      boundary: boundary(), displacement: Tensor.zeros([1, 2, 4, 4]),
      labels: [LabelMap(width: 4, height: 4, filledWith: LabelMap.ignoreIndex)])
    #expect(try terms.total.item() == 0)
  }

  @Test func gradientIsTheSlopeOfTheLoss() throws {
    // All values differ, so that no maximum and no absolute value has a kink nearby.
    let logits = (0..<32).map { sin(Float($0) * 1.7) }
    let field = (0..<64).map { cos(Float($0) * 2.3) * 3 }
    let batch = [labels, LabelMap(width: 4, height: 4, indices: labels.indices.reversed())]
    func total(_ logits: [Float], _ field: [Float]) throws -> Double {
      try loss(
        boundary: Tensor(logits, shape: [2, 1, 4, 4]),
        displacement: Tensor(field, shape: [2, 2, 4, 4]), labels: batch
      ).total.item()
    }
    let boundary = try Tensor(logits, shape: [2, 1, 4, 4]).requiringGradient()
    let displacement = try Tensor(field, shape: [2, 2, 4, 4]).requiringGradient()
    try loss(boundary: boundary, displacement: displacement, labels: batch).total.backward()
    func slopes(
      _ values: [Float], _ total: ([Float]) throws -> Double
    ) rethrows -> [Double] {
      let step: Float = 1e-2
      return try values.indices.map { index in
        var (lower, upper) = (values, values)
        lower[index] -= step
        upper[index] += step
        return try (total(upper) - total(lower)) / Double(2 * step)
      }
    }
    let byLogits = try #require(boundary.gradient).floats()
    for (gradient, slope) in zip(byLogits, try slopes(logits) { try total($0, field) }) {
      #expect(abs(Double(gradient) - slope) < 2e-4)
    }
    let byField = try #require(displacement.gradient).floats()
    for (gradient, slope) in zip(byField, try slopes(field) { try total(logits, $0) }) {
      #expect(abs(Double(gradient) - slope) < 2e-4)
    }
  }
}
