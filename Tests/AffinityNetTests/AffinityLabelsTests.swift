import CoreAPI
import Imaging
import Testing

@testable import AffinityNet

@Suite struct AffinityLabelsTests {
  private func planes(_ values: [[Float]]) -> PlanarImage {
    PlanarImage(
      channels: values.count, height: 1, width: values[0].count, planes: values.flatMap { $0 })
  }

  @Test func labelsNeedBothPowersToAgree() {
    // Sure foreground, sure background, undecided (only the low power says background), outside.
    let scores = AffinityLabels.Scores(
      low: planes([[0.1, 0.9, 0.6, 0], [0.9, 0.1, 0.4, 0], [0.2, 0.1, 0.1, 0]]),
      high: planes([[0.0, 0.7, 0.1, 0], [0.9, 0.3, 0.5, 0], [0.2, 0.1, 0.1, 0]]))
    #expect(AffinityLabels.labelMap(scores, side: 1).indices == [1, 0, 255, 255])
  }

  @Test func labelsAreThoseOfTheMeanOfEveryBlock() {
    let scores = planes([[1, 0, 0.2, 0.2], [0.2, 0.9, 0.4, 0.9]])
    let labels = AffinityLabels.labelMap(
      AffinityLabels.Scores(
        low: scores.stacked, high: scores.stacked), side: 2)
    #expect(labels.indices == [1, 1])
  }

  @Test func backgroundIsAPowerOfWhatTheStrongestClassLeaves() {
    let cam = ClassActivationMap(
      classes: [2, 5], height: 1, width: 3, scores: [0.5, 0, 1, 0.25, 0, 0.5])
    let scores = cam.withBackground(exponent: 2)
    #expect(scores.channels == 3 && scores.planes == [0.25, 1, 0, 0.5, 0, 1, 0.25, 0, 0.5])
  }

  @Test func lowPowersLeaveLessForeground() {
    let cam = ClassActivationMap(
      classes: [1], height: 8, width: 8, scores: (0..<64).map { Float($0 % 8) / 20 })
    let image = RGBImage(width: 8, height: 8, pixels: [UInt8](repeating: 90, count: 192))
    let scores = AffinityLabels(lowExponent: 4, highExponent: 24, crf: .seamLabels).scores(
      cam, image: image)
    func background(_ planes: PlanarImage) -> Float { planes.planes[..<64].reduce(0, +) }
    #expect(background(scores.low) > background(scores.high))
    for pixel in 0..<64 {
      #expect(abs(scores.low.planes[pixel] + scores.low.planes[64 + pixel] - 1) < 1e-4)
    }
  }

  @Test func imagesWithoutClassesAreBackground() {
    let cam = ClassActivationMap(classes: [], height: 2, width: 2, scores: [])
    let image = RGBImage(width: 2, height: 2, pixels: [UInt8](repeating: 9, count: 12))
    let scores = AffinityLabels(lowExponent: 4, highExponent: 24, crf: .seamLabels).scores(
      cam, image: image)
    #expect(AffinityLabels.labelMap(scores, side: 2).indices == [0])
  }
}

extension PlanarImage {
  /// Two equal rows of a map of one row.
  fileprivate var stacked: PlanarImage {
    PlanarImage(
      channels: channels, height: 2, width: width,
      planes: (0..<channels).flatMap { channel in
        let row = planes[channel * width..<(channel + 1) * width]
        return Array(row) + Array(row)
      })
  }
}
