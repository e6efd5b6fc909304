import CoreAPI
import Imaging
import Testing

@testable import IRNet

@Suite struct InterPixelLabelsTests {
  private let maker = InterPixelLabels(
    foregroundThreshold: 0.3, backgroundThreshold: 0.05, crf: .irnLabels)

  /// An image whose left third, middle and right third have a colour and a score of their own.
  private func scene(scores: [Float]) -> (ClassActivationMap, RGBImage) {
    let (width, height) = (36, 20)
    let colours: [[UInt8]] = [[250, 20, 20], [20, 250, 20], [20, 20, 250]]
    let image = RGBImage(
      width: width, height: height,
      pixels: (0..<width * height).flatMap { colours[$0 % width * 3 / width] })
    let cam = ClassActivationMap(
      classes: [2], height: height, width: width,
      scores: (0..<width * height).map { scores[$0 % width * 3 / width] })
    return (cam, image)
  }

  @Test func scoresBetweenTheThresholdsAreUndecided() {
    let (cam, image) = scene(scores: [0.9, 0.15, 0.01])
    let labels = maker(cam, image: image)
    #expect(labels[10, 5] == 2)
    #expect(labels[10, 18] == LabelMap.ignoreIndex)
    #expect(labels[10, 30] == 0)
  }

  @Test func imageWithoutClassesIsBackground() {
    let image = RGBImage(width: 7, height: 5, red: 0, green: 0, blue: 0)
    let cam = ClassActivationMap(classes: [], height: 5, width: 7, scores: [])
    #expect(maker(cam, image: image) == LabelMap(width: 7, height: 5, filledWith: 0))
  }

  @Test func onlyClassesOfTheSeedAppear() {
    let (cam, image) = scene(scores: [0.9, 0.5, 0.02])
    #expect(Set(maker(cam, image: image).indices).isSubset(of: [0, 2, LabelMap.ignoreIndex]))
  }
}
