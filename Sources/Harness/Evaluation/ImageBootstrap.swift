import CoreAPI
import Essentials

/// The mean IoU of several methods in resamples of the images that all of them were scored on.
///
/// Every resample draws the images once for all methods, so that differences are paired.
enum ImageBootstrap {
  /// Draws the images of a resample with replacement.
  ///
  /// - Parameters:
  ///   - imageCount: The number of images, in all and in every resample.
  ///   - resample: The number of the resample.
  ///   - seed: The seed of the draw.
  /// - Returns: The positions of the images.
  static func draw(imageCount: Int, resample: Int, seed: UInt64) -> [Int] {
    var stream = RandomStream(seed: seed, "bootstrap", resample)
    return (0..<imageCount).map { _ in stream.integer(in: 0...imageCount - 1) }
  }

  /// Returns the mean IoU of every method in every resample.
  ///
  /// - Parameters:
  ///   - methods: The images of every method, the same ones in the same order.
  ///   - resamples: The number of resamples.
  ///   - seed: The seed of the draw.
  ///   - definition: Which classes a mean is taken over.
  ///   - threads: The number of threads; it does not change the result.
  /// - Returns: One list for every method, of one mean for every resample.
  static func meanIoUs(
    of methods: [ImageConfusions], resamples: Int, seed: UInt64,
    definition: MeanIoU = .presentClasses, threads: Int = Parallel.defaultThreadCount
  ) -> [[Double]] {
    guard let first = methods.first else { return [] }
    let imageCount = first.imageCount
    precondition(
      imageCount > 0 && methods.allSatisfy { $0.imageCount == imageCount },
      "A paired bootstrap needs the same images on all sides")
    let counts = methods.map(ImageClassCounts.init)
    let means = Parallel.map(blocks(of: Array(0..<resamples)), threads: threads) { block in
      let times = times(
        block.map { draw(imageCount: imageCount, resample: $0, seed: seed) }, imageCount)
      return counts.map { Array($0.meanIoUs(drawing: times, definition).prefix(block.count)) }
    }
    return counts.indices.map { method in means.flatMap { $0[method] } }
  }

  /// Returns the mean IoU of one method in given resamples.
  ///
  /// - Parameters:
  ///   - images: The images of the method.
  ///   - resamples: The images of every resample, by position.
  ///   - definition: Which classes a mean is taken over.
  /// - Returns: One mean for every resample.
  static func meanIoUs(
    of images: ImageConfusions, resamples: [[Int]], definition: MeanIoU
  ) -> [Double] {
    let counts = ImageClassCounts(images)
    return blocks(of: resamples).flatMap { block in
      counts.meanIoUs(drawing: times(block, images.imageCount), definition).prefix(block.count)
    }
  }

  /// Cuts resamples into groups that are summed at once.
  private static func blocks<Element>(of resamples: [Element]) -> [[Element]] {
    let size = ImageClassCounts.Times.scalarCount
    return stride(from: 0, to: resamples.count, by: size).map {
      Array(resamples[$0..<min($0 + size, resamples.count)])
    }
  }

  /// Returns how often every image is drawn in each resample of a group.
  private static func times(_ block: [[Int]], _ imageCount: Int) -> [ImageClassCounts.Times] {
    var times = [ImageClassCounts.Times](repeating: .zero, count: imageCount)
    for (lane, images) in block.enumerated() {
      for image in images { times[image][lane] += 1 }
    }
    return times
  }
}
