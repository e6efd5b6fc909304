import CoreAPI
import Imaging
import Tensors
import Testing

@testable import SEAM

@Suite(.serialized) struct MultiScaleRefinementTests {
  private let maker = MultiScaleRefinement(scales: [1, 0.5], normalization: .imageNet)
  private let image = RGBImage(
    width: 12, height: 10, pixels: (0..<360).map { UInt8($0 * 7 % 256) })

  @Test func everyScaleShowsTheWholeFrameAndItsMirrorImage() throws {
    var geometries: [[ImageGeometry]] = []
    _ = try maker.seed(
      of: image, labels: ImageLabels(indices: [1], foregroundCount: 2), on: .cpu
    ) { pair, views in
      geometries.append(views)
      return try Tensor.zeros([2, 3, pair.shape[2], pair.shape[3]])
    }
    let sizes = [ImageSize(width: 12, height: 10), ImageSize(width: 6, height: 5)]
    #expect(
      geometries
        == sizes.map {
          [ImageGeometry(wholeFrameIn: $0), ImageGeometry(wholeFrameIn: $0, isFlipped: true)]
        })
  }

  @Test func mirrorImagesAreTurnedBack() throws {
    // The network marks the left column of the image; in the mirror image that is the right one.
    let seed = try maker.seed(
      of: image, labels: ImageLabels(indices: [2], foregroundCount: 2), on: .cpu
    ) { pair, _ in
      let width = pair.shape[3]
      let columns = try Tensor((0..<width).map { Float($0 == 0 ? 1 : 0) }, shape: [1, 1, 1, width])
        .expanded(to: [1, 3, pair.shape[2], width])
      return try Tensor.concatenate([columns, columns.flipped(along: 3)], along: 0)
    }
    #expect(seed.fullResolution.scores[0] > 0.99)
    #expect(seed.fullResolution.scores[11] == 0)
  }

  @Test func normalizationIsTheReferences() {
    let values = MultiScaleRefinement.normalized([2, 1, 3, -1, 0, 4], classCount: 2)
    let epsilon: Float = 1e-5
    let expected = [
      (2 - 1 - epsilon) / (2 + epsilon), (0 - 1 - epsilon) / (2 + epsilon),
      (3 - 1 - epsilon) / (2 + epsilon), -epsilon / (4 + epsilon), -epsilon / (4 + epsilon),
      (4 - epsilon) / (4 + epsilon),
    ]
    for (value, reference) in zip(values, expected) { #expect(abs(value - reference) < 1e-6) }
  }

  @Test func seedsWithoutLabelsAreEmpty() throws {
    let seed = try maker.seed(
      of: image, labels: ImageLabels(indices: [], foregroundCount: 2), on: .cpu
    ) { _, _ in
      Issue.record("The network was asked")
      return try Tensor.zeros([1])
    }
    #expect(seed.fullResolution.classes.isEmpty && seed.quarterResolution.width == 3)
  }
}
