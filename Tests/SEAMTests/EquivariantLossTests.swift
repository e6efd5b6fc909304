import CoreAPI
import Imaging
import Tensors
import Testing

@testable import SEAM

@Suite(.serialized) struct EquivariantLossTests {
  private let labels: [Float] = [1, 0, 1, 1, 1, 0]

  private func maps(_ seed: UInt64, side: Int) throws -> EquivariantNetwork.Maps {
    EquivariantNetwork.Maps(
      activation: try Tensor.normal([2, 4, side, side], seed: seed).requiringGradient(),
      refined: try Tensor.uniform([2, 4, side, side], in: 0...1, seed: seed + 1)
        .requiringGradient())
  }

  private func terms(
    _ large: EquivariantNetwork.Maps, _ small: EquivariantNetwork.Maps, minPooling: Bool = true
  ) throws -> EquivariantLoss.Terms {
    try EquivariantLoss(smallScale: 0.5, hardFraction: 0.2, usesMinPooling: minPooling)(
      large: large, small: small, labels: Tensor(labels, shape: [2, 3]))
  }

  @Test func minPoolingIsOptional() throws {
    let (large, small) = (try maps(1, side: 12), try maps(3, side: 6))
    let with = try terms(large, small)
    let without = try terms(large, small, minPooling: false)
    let expected =
      try without.total.item() + with.minPooling.map { try $0.item() }.reduce(0, +) / 2
    #expect(abs(try with.total.item() - expected) < 1e-6)
    #expect(try with.minPooling[0].item() > 0)
  }

  @Test func classificationAndEquivarianceDoNotTrainThePixelCorrelation() throws {
    let (large, small) = (try maps(1, side: 12), try maps(3, side: 6))
    let terms = try terms(large, small)
    try (terms.classification[0] + terms.classification[1] + terms.equivariance).backward()
    #expect(large.refined.gradient == nil && small.refined.gradient == nil)
    #expect(large.activation.gradient != nil && small.activation.gradient != nil)
  }

  @Test func crossRegularizationAndMinPoolingTrainThePixelCorrelationOnly() throws {
    let (large, small) = (try maps(1, side: 12), try maps(3, side: 6))
    let terms = try terms(large, small)
    try
      (terms.crossRegularization[0] + terms.crossRegularization[1] + terms.minPooling[0]
      + terms.minPooling[1]).backward()
    #expect(large.activation.gradient == nil && small.activation.gradient == nil)
    #expect(large.refined.gradient != nil && small.refined.gradient != nil)
  }

  @Test func mapsThatAgreeHaveNoEquivarianceLoss() throws {
    let (large, small) = (try maps(1, side: 12), try maps(3, side: 6))
    let flat = EquivariantNetwork.Maps(
      activation: try Tensor.ones([2, 4, 12, 12]), refined: large.refined)
    let flatCopy = EquivariantNetwork.Maps(
      activation: try Tensor.ones([2, 4, 6, 6]), refined: small.refined)
    #expect(try terms(flat, flatCopy).equivariance.item() == 0)
    #expect(try terms(large, small).equivariance.item() > 0.01)
  }

  @Test func onlyTheBackgroundAndTheImagesClassesAreCounted() throws {
    let channels = try CountedChannels(labels: Tensor(labels, shape: [2, 3]))
    let maps = try Tensor((1...16).map(Float.init), shape: [2, 4, 1, 2])
    let planes = try channels.of(maps)
    #expect(planes.shape == [6, 1, 1, 2])
    #expect(try planes.doubles() == [1, 2, 3, 4, 7, 8, 9, 10, 11, 12, 13, 14])
    let spread = try channels.spread(planes)
    #expect(spread.shape == maps.shape)
    #expect(try spread.doubles() == [1, 2, 3, 4, 0, 0, 7, 8, 9, 10, 11, 12, 13, 14, 0, 0])
  }

  @Test func absentClassesDoNotCount() throws {
    let (large, small) = (try maps(1, side: 12), try maps(3, side: 6))
    let before = try terms(large, small)
    var changed = large
    let factors = try Tensor([1, 1, 5, 1, 1, 1, 1, 5] as [Float], shape: [2, 4, 1, 1])
    changed.refined = try large.refined * factors
    let after = try terms(changed, small)
    #expect(try before.minPooling[0].item() == after.minPooling[0].item())
    #expect(
      try before.crossRegularization[0].item() == after.crossRegularization[0].item())
  }
}
