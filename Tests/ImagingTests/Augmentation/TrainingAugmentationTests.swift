import Essentials
import Imaging
import Testing

@Suite struct TrainingAugmentationTests {
  /// Samples as they are, so that values can be read as positions.
  private static let raw = Normalization(order: .rgb, divisor: 1, mean: [0, 0, 0])

  /// An image whose red is the column and whose green is the row; blue marks it against padding.
  private static func positions(width: Int, height: Int) -> RGBImage {
    RGBImage(
      width: width, height: height,
      pixels: (0..<height).flatMap { y in
        (0..<width).flatMap { x in [UInt8(x), UInt8(y), 255] }
      })
  }

  /// The largest distance, in source pixels, between where the geometry says a pixel comes from and
  /// where its value says it does; pixels within `margin` of the frame's edge are left out.
  private func worstDistance(
    _ sample: AugmentedSample, of image: RGBImage, margin: Double
  ) -> Double {
    var worst = 0.0
    for row in 0..<sample.image.height {
      for column in 0..<sample.image.width {
        let point = sample.geometry.sourcePoint(
          planeX: Double(column) + 0.5, planeY: Double(row) + 0.5)
        guard let point else {
          #expect(sample.image[2, row, column] == 0, "the padding is not empty")
          continue
        }
        let x = point.x * Double(image.width) - 0.5
        let y = point.y * Double(image.height) - 0.5
        guard x >= margin, x <= Double(image.width - 1) - margin, y >= margin,
          y <= Double(image.height - 1) - margin
        else { continue }
        worst = max(
          worst, abs(x - Double(sample.image[0, row, column])),
          abs(y - Double(sample.image[1, row, column])))
      }
    }
    return worst
  }

  @Test(arguments: 0..<20)
  func theGeometryNamesTheSourceOfEveryPixelExactlyWithoutResizing(seed: Int) {
    let image = Self.positions(width: 60, height: 35)
    let augmentation = TrainingAugmentation(
      flipProbability: 0.5, normalization: Self.raw,
      crop: RandomCrop(size: ImageSize(width: 48, height: 48), placement: .anywhere))
    var stream = RandomStream(seed: UInt64(seed), "augment")
    let sample = augmentation(image, using: &stream)
    #expect(sample.image.size == ImageSize(width: 48, height: 48))
    #expect(worstDistance(sample, of: image, margin: 0) < 1e-9)
  }

  @Test(
    arguments: [TrainingAugmentation.Interpolation.bicubic, .bilinear],
    [TrainingAugmentation.Padding.afterNormalization, .beforeNormalization])
  func theGeometryNamesTheSourceOfEveryPixelAfterResizing(
    interpolation: TrainingAugmentation.Interpolation, padding: TrainingAugmentation.Padding
  ) {
    let image = Self.positions(width: 120, height: 90)
    let augmentation = TrainingAugmentation(
      resize: .longSide(70...200, rounding: .factor), interpolation: interpolation,
      flipProbability: 0.5, normalization: Self.raw,
      crop: RandomCrop(size: ImageSize(width: 96, height: 96), placement: .anywhere),
      padding: padding)
    for epoch in 0..<10 {
      var stream = RandomStream(seed: 5, "augment", epoch)
      let sample = augmentation(image, using: &stream)
      // Two passes round to bytes; filters of up to 4 source pixels meet the frame's edge.
      #expect(worstDistance(sample, of: image, margin: 4) <= 1.01)
    }
  }

  @Test func labelsMoveWithTheImage() {
    let image = Self.positions(width: 60, height: 35)
    let labels = LabelMap(
      width: 60, height: 35, indices: (0..<35).flatMap { _ in (0..<60).map { UInt8($0) } })
    let augmentation = TrainingAugmentation(
      flipProbability: 0.5, normalization: Self.raw,
      crop: RandomCrop(size: ImageSize(width: 48, height: 48), placement: .anywhere))
    for epoch in 0..<10 {
      var stream = RandomStream(seed: 5, "augment", epoch)
      let sample = augmentation(image, labels: labels, using: &stream)
      for row in 0..<48 {
        for column in 0..<48 {
          let isInside = sample.image[2, row, column] == 255
          let expected = isInside ? UInt8(sample.image[0, row, column]) : LabelMap.ignoreIndex
          #expect(sample.labels?[row, column] == expected)
        }
      }
    }
  }

  @Test func paddingIsTheMeanColourOrBlack() {
    let image = RGBImage(width: 2, height: 2, red: 200, green: 200, blue: 200)
    let crop = RandomCrop(size: ImageSize(width: 4, height: 4), placement: .topLeft)
    var stream = RandomStream(seed: 1)
    let after = TrainingAugmentation(normalization: .imageNet, crop: crop)(image, using: &stream)
    let before = TrainingAugmentation(
      normalization: .imageNet, crop: crop, padding: .beforeNormalization)(image, using: &stream)
    #expect(after.image[0, 3, 3] == 0)
    #expect(before.image[0, 3, 3] == Float(-0.485 / 0.229))
    #expect(after.image[0, 1, 1] == before.image[0, 1, 1])
    #expect(after.geometry == before.geometry)
  }

  @Test func theSameStreamGivesTheSameSample() {
    let image = RGBImage.noise(width: 50, height: 40)
    let augmentation = TrainingAugmentation(
      resize: .factor(0.5...1.5), flipProbability: 0.5, normalization: .imageNet,
      crop: RandomCrop(size: ImageSize(width: 32, height: 32), placement: .anywhere))
    func sample(_ index: Int) -> AugmentedSample {
      var stream = RandomStream(seed: 9, "augment", 0, index)
      return augmentation(image, using: &stream)
    }
    #expect(sample(3) == sample(3))
    #expect(Set((0..<20).map { sample($0).geometry }).count > 15)
  }

  @Test func nothingToDoOnlyNormalises() {
    let image = RGBImage.noise(width: 5, height: 4)
    var stream = RandomStream(seed: 1)
    let sample = TrainingAugmentation(normalization: .imageNet)(image, using: &stream)
    #expect(sample.image == Normalization.imageNet(image))
    #expect(sample.geometry == ImageGeometry(wholeFrameIn: image.size))
    #expect(stream == RandomStream(seed: 1))
  }
}
