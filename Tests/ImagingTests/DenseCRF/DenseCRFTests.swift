import Essentials
import SharedTestSupport
import Testing

@testable import Imaging

@Suite struct DenseCRFTests {
  private static let image = noiseImage(width: 23, height: 17, seed: 1)

  private static func energies(labelCount: Int, pixelCount: Int = 23 * 17) -> UnaryEnergies {
    var stream = RandomStream(seed: 2, "energies", labelCount)
    return UnaryEnergies(
      values: (0..<(labelCount * pixelCount)).map { _ in Float(stream.uniform(in: 0...3)) },
      labelCount: labelCount)
  }

  @Test func zeroIterationsGiveTheSoftmaxOfTheNegatedEnergies() {
    let energies = UnaryEnergies(values: [0, 1, 2, 0.5], labelCount: 2)
    let image = RGBImage(width: 2, height: 1, red: 9, green: 9, blue: 9)
    let result = DenseCRF(image: image, parameters: .seamLabels).infer(energies, iterations: 0)
    let expected: [Float] = [0.880797, 0.377541, 0.119203, 0.622459]
    for (value, reference) in zip(result, expected) { #expect(abs(value - reference) < 1e-6) }
  }

  @Test(arguments: [1, 2, 3, 4, 5, 8, 21])
  func probabilitiesSumToOne(labelCount: Int) {
    let crf = DenseCRF(image: Self.image, parameters: .irnLabels)
    let result = crf.infer(Self.energies(labelCount: labelCount), iterations: 3)
    let pixelCount = 23 * 17
    #expect(result.count == labelCount * pixelCount)
    for pixel in 0..<pixelCount {
      let sum = (0..<labelCount).reduce(Float(0)) { $0 + result[$1 * pixelCount + pixel] }
      #expect(abs(sum - 1) < 1e-5)
    }
  }

  @Test(arguments: [2, 3, 4, 7])
  func threadCountDoesNotChangeABit(threads: Int) {
    let energies = Self.energies(labelCount: 3)
    let alone = DenseCRF(image: Self.image, parameters: .seamLabels, threads: 1)
    let shared = DenseCRF(image: Self.image, parameters: .seamLabels, threads: threads)
    #expect(alone.infer(energies) == shared.infer(energies))
  }

  @Test func permutingTheLabelsPermutesTheProbabilities() {
    let energies = Self.energies(labelCount: 6)
    let size = energies.pixelCount
    let order = [3, 5, 0, 1, 4, 2]
    let permuted = UnaryEnergies(
      values: order.flatMap { energies.values[($0 * size)..<(($0 + 1) * size)] }, labelCount: 6)
    let crf = DenseCRF(image: Self.image, parameters: .seamLabels)
    let plain = crf.infer(energies, iterations: 4)
    let result = crf.infer(permuted, iterations: 4)
    for (new, old) in order.enumerated() {
      for pixel in 0..<size {
        #expect(abs(result[new * size + pixel] - plain[old * size + pixel]) < 1e-5)
      }
    }
  }

  @Test func aSecondInferenceDoesNotRememberTheFirst() {
    let crf = DenseCRF(image: Self.image, parameters: .irnLabels)
    let first = crf.infer(Self.energies(labelCount: 3))
    _ = crf.infer(Self.energies(labelCount: 5))
    #expect(crf.infer(Self.energies(labelCount: 3)) == first)
  }

  @Test func kernelsWithoutWeightLeaveTheUnaryTerm() {
    var parameters = DenseCRFParameters.seamLabels
    parameters.smoothnessWeight = 0
    parameters.appearanceWeight = 0
    let crf = DenseCRF(image: Self.image, parameters: parameters)
    let energies = Self.energies(labelCount: 3)
    #expect(crf.infer(energies, iterations: 5) == crf.infer(energies, iterations: 0))
  }

  @Test func anIsolatedWrongLabelIsSmoothedAway() {
    let image = RGBImage(width: 9, height: 9, red: 100, green: 50, blue: 20)
    var labels = LabelMap(width: 9, height: 9, filledWith: 1)
    labels[4, 4] = 0
    let energies = UnaryEnergies.fromLabels(labels, labelCount: 2, certainty: 0.7)
    let result = DenseCRF(image: image, parameters: .irnLabels).labels(energies)
    #expect(result == LabelMap(width: 9, height: 9, filledWith: 1))
  }

  @Test func labelsFollowAColorEdge() {
    // The labels claim two columns too many for the left side; the colours end at column 10.
    var image = RGBImage(width: 20, height: 20, red: 200, green: 30, blue: 30)
    var labels = LabelMap(width: 20, height: 20, filledWith: 0)
    for row in 0..<20 {
      for column in 0..<20 {
        if column >= 10 { image.pixels[(row * 20 + column) * 3] = 20 }
        labels[row, column] = column < 12 ? 1 : 0
      }
    }
    let energies = UnaryEnergies.fromLabels(labels, labelCount: 2, certainty: 0.7)
    let result = DenseCRF(image: image, parameters: .irnLabels).labels(energies)
    #expect(result[10, 9] == 1)
    #expect(result[10, 10] == 0)
  }

  @Test func kernelsTooNarrowForAnImageAreRefused() throws {
    var parameters = DenseCRFParameters.secInference
    try DenseCRF.check(ImageSize(width: 1500, height: 1000), parameters: parameters)
    parameters.smoothnessDeviation = 0.03
    expectMessage(
      "The dense CRF's smoothness deviation of 0.03 is too small for an image of 500×375 pixels. Raise "
        + "the CRF's deviations, or reduce the image."
    ) { try DenseCRF.check(ImageSize(width: 500, height: 375), parameters: parameters) }
    parameters.smoothnessDeviation = 3
    parameters.appearanceDeviation = 80
    parameters.colorDeviation = 0.02
    expectMessage(
      "The dense CRF's appearance deviation of 80.0 and colour deviation of 0.02 is too small for an "
        + "image of 500×375 pixels. Raise the CRF's deviations, or reduce the image."
    ) { try DenseCRF.check(ImageSize(width: 500, height: 375), parameters: parameters) }
  }

  /// What passes the check has places in the lattices: nothing traps.
  @Test func kernelsThatPassTheCheckWork() throws {
    var image = RGBImage(width: 300, height: 2, red: 255, green: 255, blue: 255)
    image.pixels[0] = 0
    var parameters = DenseCRFParameters.irnLabels
    // As narrow as this image bears, to a percent.
    parameters.smoothnessDeviation = 0.0165
    parameters.colorDeviation = 0.0363
    try DenseCRF.check(image.size, parameters: parameters)
    let labels = LabelMap(width: 300, height: 2, filledWith: 1)
    let energies = UnaryEnergies.fromLabels(labels, labelCount: 2, certainty: 0.7)
    #expect(DenseCRF(image: image, parameters: parameters).labels(energies) == labels)
    parameters.smoothnessDeviation = 0.016
    #expect(throws: ImagingError.self) {
      try DenseCRF.check(image.size, parameters: parameters)
    }
  }

  @Test func aForbiddenLabelStaysForbidden() {
    var values = Self.energies(labelCount: 2).values
    values[5] = .infinity
    let crf = DenseCRF(image: Self.image, parameters: .seamLabels)
    let result = crf.infer(UnaryEnergies(values: values, labelCount: 2))
    #expect(result[5] == 0)
    #expect(result[23 * 17 + 5] == 1)
  }

  @Test func firstOfEqualLabelsWins() {
    let image = RGBImage(width: 2, height: 2, red: 0, green: 0, blue: 0)
    let energies = UnaryEnergies(values: [Float](repeating: 1, count: 12), labelCount: 3)
    let result = DenseCRF(image: image, parameters: .seamLabels).labels(energies)
    #expect(result == LabelMap(width: 2, height: 2, filledWith: 0))
  }
}

/// An image of independent random samples.
func noiseImage(width: Int, height: Int, seed: UInt64) -> RGBImage {
  var stream = RandomStream(seed: seed, "image")
  return RGBImage(
    width: width, height: height,
    pixels: (0..<(width * height * 3)).map { _ in UInt8(stream.integer(in: 0...255)) })
}
