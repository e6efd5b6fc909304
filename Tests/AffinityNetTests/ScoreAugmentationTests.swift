import Essentials
import Imaging
import Testing

@testable import AffinityNet

@Suite struct ScoreAugmentationTests {
  /// An image whose left half is white, with scores that say the same.
  private let image = RGBImage(
    width: 16, height: 16, pixels: (0..<768).map { $0 / 3 % 16 < 8 ? 255 : 0 })
  private let scores: AffinityLabels.Scores = {
    let foreground = (0..<256).map { Float($0 % 16 < 8 ? 1 : 0) }
    let planes = PlanarImage(
      channels: 2, height: 16, width: 16, planes: foreground.map { 1 - $0 } + foreground)
    return AffinityLabels.Scores(low: planes, high: planes)
  }()

  private func sample(_ seed: UInt64, cropSize: Int, stride: Int) -> ScoreAugmentation.Sample {
    var stream = RandomStream(seed: seed)
    return ScoreAugmentation(
      cropSize: cropSize, stride: stride, colors: nil, normalization: .imageNet
    )(image, scores: scores, using: &stream)
  }

  @Test func imageAndScoresAreCutAndMirroredAlike() {
    let white = Normalization.imageNet(image)[0, 0, 0]
    var mirrored = 0
    for seed in 0..<16 as Range<UInt64> {
      let view = sample(seed, cropSize: 12, stride: 1)
      for pixel in view.labels.indices.indices {
        #expect((view.image.planes[pixel] == white) == (view.labels.indices[pixel] == 1))
      }
      if view.labels.indices[0] == 0 { mirrored += 1 }
    }
    #expect(mirrored > 0 && mirrored < 16)
  }

  @Test func paddingIsBlackAndUndecided() {
    let black = Normalization.imageNet(image)[0, 0, 15]
    for seed in 0..<4 as Range<UInt64> {
      let view = sample(seed, cropSize: 24, stride: 4)
      #expect(view.labels.width == 6 && view.labels.height == 6)
      #expect(view.image.planes.prefix(576).allSatisfy { $0 != 0 })
      #expect(view.labels.indices.contains(1))
      let blackCount = view.image.planes.prefix(576).count { $0 == black }
      #expect(blackCount == 576 - 128)
    }
  }
}
