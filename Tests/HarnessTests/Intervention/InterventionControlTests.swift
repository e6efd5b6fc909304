import CoreAPI
import Imaging
import Tensors
import Testing

@testable import Harness

/// Every control takes away what it says and nothing else.
@Suite(.serialized) struct InterventionControlTests {
  private let ids = ["a", "b", "c"]

  private func maps(_ control: InterventionControl) throws -> [[Float]] {
    let maps = try InterventionWorld(deviation: 1, control: control).operator()
      .contextMaps(of: ids).maps
    return try ids.indices.map { try maps[$0].floats() }
  }

  private func isClose(_ left: [Float], _ right: [Float], within tolerance: Float = 1e-6) -> Bool {
    left.count == right.count && zip(left, right).allSatisfy { abs($0 - $1) < tolerance }
  }

  // MARK: - Context maps

  @Test(arguments: InterventionControl.allCases.filter { ![.none, .retrained].contains($0) })
  func everyControlChangesTheMapOfEveryImage(control: InterventionControl) throws {
    for (plain, changed) in zip(try maps(.none), try maps(control)) {
      #expect(!isClose(plain, changed, within: 1e-4))
    }
  }

  @Test func permutedImagesHaveTheMapsOfTheOthers() throws {
    let plain = try maps(.none)
    for row in try maps(.permutedImages) { #expect(plain.contains { isClose($0, row) }) }
  }

  @Test func constantMapIsTheMeanOfTheConfoundersOverTheirNumber() throws {
    let world = try InterventionWorld()
    let mean = world.confounders.maps.reduce(0, +) / Float(world.confounders.maps.count)
    for row in try maps(.constantMap) {
      #expect(isClose(row, [Float](repeating: mean / 4, count: 36)))
    }
  }

  @Test func labelsAloneMakeTheMeanOfTheirConfounders() throws {
    let confounders = try InterventionWorld().confounders.maps
    let expected = zip(confounders[0..<36], confounders[72..<108]).map { ($0 + $1) / 8 }
    let rows = try maps(.imageLabels)
    #expect(isClose(rows[0], expected) && isClose(rows[1], expected))
    #expect(isClose(rows[2], [Float](repeating: 0, count: 36)))
  }

  @Test func imageWithoutLabelsIsNamed() throws {
    let context = try InterventionWorld(control: .imageLabels).operator()
    let error = #expect(throws: InterventionError.self) { try context.contextMaps(of: ["x"]) }
    #expect(
      error?.description
        == "The control 'image-labels' has no labels for image 'x'. Every image that the classifier "
        + "sees needs image-level labels.")
  }

  // MARK: - Confounders

  @Test func permutedPixelsKeepTheValuesOfEveryClass() throws {
    let set = try InterventionWorld().confounders
    let permuted = InterventionControl.permutedPixels.replacement(for: set, seed: 3)
    for index in 0..<4 {
      let range = index * 36..<(index + 1) * 36
      #expect(permuted.maps[range].sorted() == set.maps[range].sorted())
      #expect(permuted.maps[range] != set.maps[range])
    }
    #expect(permuted == InterventionControl.permutedPixels.replacement(for: set, seed: 3))
    #expect(permuted != InterventionControl.permutedPixels.replacement(for: set, seed: 4))
  }

  @Test func randomBlobsHaveTheMeanAndTheSpectrumOfTheirClass() throws {
    let set = try InterventionWorld().confounders
    let blobs = InterventionControl.equalSpectrum.replacement(for: set, seed: 3)
    let transform = FourierTransform(size: 6)
    func amplitudes(_ maps: ArraySlice<Float>) -> [Float] {
      transform(maps.map { Complex(real: Double($0)) }).map { Float($0.magnitude) }
    }
    for index in 0..<4 {
      let range = index * 36..<(index + 1) * 36
      let (own, other) = (blobs.maps[range], set.maps[range])
      #expect(isClose(amplitudes(own), amplitudes(other), within: 1e-5))
      #expect(abs(own.reduce(0, +) - other.reduce(0, +)) < 1e-4)
      #expect(!isClose(Array(own), Array(other), within: 1e-2))
    }
  }

  @Test func transformAgreesWithItsDefinitionAndItsInverse() {
    let transform = FourierTransform(size: 3)
    // A wave along the columns: all of it at frequency 1 and its mirror image, 2.
    let wave = (0..<9).map { Complex(real: [1, -0.5, -0.5][$0 % 3]) }
    let spectrum = transform(wave)
    for (place, value) in spectrum.enumerated() {
      #expect(abs(value.real - ([1, 2].contains(place) ? 4.5 : 0)) < 1e-12)
      #expect(abs(value.imaginary) < 1e-12)
    }
    for (value, expected) in zip(transform.inverse(spectrum), wave) {
      #expect(abs(value.real - expected.real) < 1e-12 && abs(value.imaginary) < 1e-12)
    }
  }

  // MARK: - The mask in the place of M

  @Test func segmentationMaskEntersWithAPlaneForEachClass() throws {
    let world = try InterventionWorld(fusion: .widen, contextMap: .segmentationMask)
    let context = try world.operator()
    #expect(try context.channels(leaving: .block5, of: 8) == 8 + 4)
    let result = try context.contextMaps(of: ["b"])
    #expect(result.attention == nil && result.maps.shape == [1, 4, 6, 6])
    var expected: [Float] = []
    let mask = try #require(world.masks["b"]).resized(to: ImageSize(width: 6, height: 6))
    MaskEncoding.oneHot.encode(mask, classCount: 4, into: &expected)
    #expect(try result.maps.floats() == expected)
    let features = try Tensor.normal([1, 8, 5, 7], seed: 1)
    #expect(
      try context.bound(to: world.batch("b")).apply(.block5, to: features).shape == [1, 12, 5, 7])
  }

  @Test func projectedFusionOfAMaskStartsAsTheIdentity() throws {
    let world = try InterventionWorld(fusion: .projected, contextMap: .segmentationMask)
    let context = try world.operator()
    #expect(try context.channels(leaving: .block5, of: 8) == 8)
    let features = try Tensor.normal([1, 8, 5, 6], seed: 1)
    let fused = try context.bound(to: world.batch("a")).apply(.block5, to: features)
    #expect(try fused.floats() == features.floats())
  }

  // MARK: - Seeds

  @Test func onlyABaselineThatIsTrainedAgainHasSeedsOfItsOwn() {
    for control in InterventionControl.allCases {
      #expect(control.seed(ofRound: 0, run: 7) == 7)
      #expect((control.seed(ofRound: 1, run: 7) == 7) == (control != .retrained))
    }
    let seeds = [(1, 7), (2, 7), (1, 8)].map {
      InterventionControl.retrained.seed(ofRound: $0.0, run: UInt64($0.1))
    }
    #expect(Set(seeds).count == 3)
  }

  @Test func onlyTrainingsThatGoOnHaveSeedsOfTheirOwn() {
    typealias Restart = InterventionConfiguration.Restart
    #expect(Restart.cold.trainingSeed(ofRound: 2, network: 5, run: 7) == 5)
    #expect(Restart.warm.trainingSeed(ofRound: 0, network: 7, run: 7) == 7)
    // Also behind a control whose networks have another seed.
    let seeds = [(1, 7), (1, 5), (2, 7)].map {
      Restart.warm.trainingSeed(ofRound: $0.0, network: UInt64($0.1), run: 7)
    }
    #expect(seeds[0] == seeds[1])
    #expect(Set(seeds + [7]).count == 3)
  }
}
