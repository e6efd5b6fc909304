import CoreAPI
import Imaging
import Tensors
import Testing

@testable import IRNet

@Suite(.serialized) struct MultiScaleActivationTests {
  private let image = RGBImage(width: 33, height: 18, red: 10, green: 20, blue: 30)
  private let labels = ImageLabels(indices: [1, 3], foregroundCount: 3)

  /// Returns the seed where class k has the constant activation k at every scale.
  private func constantSeed(scales: [Double], labels: ImageLabels) throws -> Seed {
    try MultiScaleActivation(scales: scales, normalization: .imageNet).seed(
      of: image, labels: labels, on: .cpu
    ) { pair, _ in
      let planes = (1...3).map { [Float](repeating: Float($0), count: 15) }.flatMap { $0 }
      return try Tensor(planes, shape: [3, 3, 5])
    }
  }

  @Test func mapsHaveTheImagesSizeAndAQuarterOfIt() throws {
    let seed = try constantSeed(scales: [1], labels: labels)
    #expect(seed.fullResolution.classes == [1, 3])
    #expect(seed.fullResolution.height == 18 && seed.fullResolution.width == 33)
    #expect(seed.quarterResolution.height == 5 && seed.quarterResolution.width == 9)
  }

  @Test func everyClassIsDividedByItsOwnMaximum() throws {
    let seed = try constantSeed(scales: [1, 2], labels: labels)
    for (plane, sum) in [2, 6].enumerated() {
      let expected = Float(sum) / (Float(sum) + 1e-5)
      let scores = seed.fullResolution.scores[plane * 18 * 33..<(plane + 1) * 18 * 33]
      #expect(scores.allSatisfy { abs($0 - expected) < 1e-6 })
    }
  }

  @Test func networkSeesEveryScaleAndItsMirrorImage() throws {
    var sizes: [[Int]] = []
    var geometries: [[ImageGeometry]] = []
    _ = try MultiScaleActivation(scales: [1, 0.5, 1.5], normalization: .imageNet).seed(
      of: image, labels: labels, on: .cpu
    ) { pair, views in
      sizes.append(pair.shape)
      geometries.append(views)
      #expect(try pair[0].floats() == pair[1].flipped(along: 2).floats())
      return try Tensor.ones([3, 2, 2])
    }
    // Python rounds half to even: 33 · 1.5 = 49.5 becomes 50, 33 · 0.5 = 16.5 becomes 16.
    #expect(sizes == [[2, 3, 18, 33], [2, 3, 9, 16], [2, 3, 27, 50]])
    for (size, views) in zip(sizes, geometries) {
      let plane = ImageSize(width: size[3], height: size[2])
      #expect(
        views == [
          ImageGeometry(wholeFrameIn: plane), ImageGeometry(wholeFrameIn: plane, isFlipped: true),
        ])
    }
  }

  @Test func imageWithoutLabelsNeedsNoNetwork() throws {
    let none = ImageLabels(indices: [], foregroundCount: 3)
    let seed = try MultiScaleActivation(scales: [1], normalization: .imageNet).seed(
      of: image, labels: none, on: .cpu
    ) { _, _ in
      Issue.record("The network was asked")
      return try Tensor.ones([3, 2, 2])
    }
    #expect(seed.fullResolution.classes.isEmpty && seed.fullResolution.scores.isEmpty)
    #expect(seed.quarterResolution.height == 5 && seed.quarterResolution.width == 9)
  }
}
