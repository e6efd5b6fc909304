import CoreAPI
import Essentials
import SharedTestSupport
import Testing

@testable import Harness

@Suite struct ImageBootstrapTests {
  /// Images with random matrices, of which some classes are absent.
  private func randomImages(_ count: Int, classCount: Int, seed: UInt64) -> ImageConfusions {
    var stream = RandomStream(seed: seed, "images")
    var set = ImageConfusions(classCount: classCount, images: "random")
    for _ in 0..<count {
      set.append(
        ConfusionMatrix(
          classCount: classCount,
          counts: (0..<classCount * classCount).map { _ in
            stream.chance(0.9) ? 0 : Int64(stream.integer(in: 1...500))
          }))
    }
    return set
  }

  @Test(arguments: MeanIoU.allCases)
  func aResampleIsTheMeanOfTheSumOfItsMatrices(definition: MeanIoU) {
    let images = randomImages(9, classCount: 7, seed: 3)
    let means = ImageBootstrap.meanIoUs(
      of: [images], resamples: 40, seed: 5, definition: definition, threads: 2)
    for resample in 0..<40 {
      var sum = ConfusionMatrix(classCount: 7)
      for image in ImageBootstrap.draw(imageCount: 9, resample: resample, seed: 5) {
        sum.merge(images[image])
      }
      #expect(means[0][resample] == sum.meanIoU(definition) ?? 0)
    }
  }

  @Test func allMethodsAreDrawnTogetherWhateverTheThreads() {
    let methods = [
      randomImages(5, classCount: 3, seed: 1), randomImages(5, classCount: 3, seed: 2),
    ]
    let means = { (methods: [ImageConfusions], threads: Int) in
      ImageBootstrap.meanIoUs(of: methods, resamples: 30, seed: 0, threads: threads)
    }
    #expect(means(methods, 1) == means(methods, 3))
    #expect(means(methods, 1)[1] == means([methods[1]], 1)[0])
  }

  @Test func imagesKeepTheirMatricesThroughAFile() throws {
    let folder = try TemporaryFolder()
    let images = randomImages(6, classCount: 21, seed: 8)
    var total = ConfusionMatrix(classCount: 21)
    for image in 0..<6 { total.merge(images[image]) }
    #expect(images.total == total)
    let confusions = RunConfusions([
      .init(round: 0, column: .classActivationMap): images,
      .init(round: 1, column: .segmentationMask): ImageConfusions(classCount: 21, images: "none"),
    ])
    try confusions.write(to: folder.path)
    #expect(try RunConfusions(in: folder.path) == confusions)
  }

  @Test func aFileOfAnotherKindIsCalledDamaged() throws {
    let folder = try TemporaryFolder()
    try RunConfusions([
      .init(round: 0, column: .pseudoMask): randomImages(2, classCount: 3, seed: 0)
    ]).write(to: folder.path)
    let path = "\(folder.path)/confusions.safetensors"
    let damaged =
      "'\(path)' is damaged. Run the same 'conta run' again: it writes the file anew and computes "
      + "nothing twice."
    let bytes = try AtomicFile.read(path)
    for (found, other) in [("\"classes\":\"3\"", "\"classes\":\"1\""), ("0/pseudo", "z/pseudo")] {
      let text = String(decoding: bytes, as: Unicode.ASCII.self)
      #expect(text.contains(found))
      try AtomicFile.write(bytes.replacing(found.utf8, with: other.utf8), to: path)
      expectMessage(damaged) { _ = try RunConfusions(in: folder.path) }
    }
  }
}
