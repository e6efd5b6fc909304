import CoreAPI

/// What every image adds to the IoU of every class, laid out for being summed many times.
///
/// A resample's mean IoU needs three sums for each class, and only the classes that an image has or
/// is predicted to have add to them. Eight resamples are summed at once, because their sums do not
/// wait for each other. Counts are whole numbers below 2⁵³, so `Double` keeps them exact and the order
/// of a sum does not matter.
struct ImageClassCounts: Sendable {
  /// How often an image is drawn in each of eight resamples.
  typealias Times = SIMD8<Double>

  let classCount: Int
  let imageCount: Int
  /// Where the entries of each image begin, and where the last one's end.
  private let offsets: [Int]
  private let entries: [Entry]

  /// A class that an image has or is predicted to have.
  private struct Entry {
    var index: Int
    var truePositives = 0.0
    var groundTruth = 0.0
    var predicted = 0.0
  }

  /// Adds up the matrix of every image by class.
  init(_ images: ImageConfusions) {
    classCount = images.classCount
    imageCount = images.imageCount
    var offsets = [0]
    var entries: [Entry] = []
    var places = [Int](repeating: -1, count: images.classCount)
    for image in 0..<images.imageCount {
      let begin = entries.count
      func place(_ index: Int) -> Int {
        if places[index] < begin {
          places[index] = entries.count
          entries.append(Entry(index: index))
        }
        return places[index]
      }
      for entry in images.entries(of: image) {
        let (truth, prediction) = Int(images.cells[entry])
          .quotientAndRemainder(dividingBy: images.classCount)
        let count = Double(images.counts[entry])
        if truth == prediction { entries[place(truth)].truePositives += count }
        entries[place(truth)].groundTruth += count
        entries[place(prediction)].predicted += count
      }
      offsets.append(entries.count)
    }
    self.offsets = offsets
    self.entries = entries
  }

  /// Returns the mean IoU of eight draws of images, 0 where the definition leaves no class.
  ///
  /// - Parameters:
  ///   - times: How often every image is drawn in each of them.
  ///   - definition: Which classes the means are taken over.
  /// - Returns: The means in `0...1`.
  func meanIoUs(drawing times: [Times], _ definition: MeanIoU) -> [Double] {
    var sums = [Times](repeating: .zero, count: 3 * classCount)
    sums.withUnsafeMutableBufferPointer { sums in
      entries.withUnsafeBufferPointer { entries in
        for image in 0..<imageCount {
          let weight = times[image]
          for place in offsets[image]..<offsets[image + 1] {
            let entry = entries[place]
            sums[3 * entry.index] += weight * entry.truePositives
            sums[3 * entry.index + 1] += weight * entry.groundTruth
            sums[3 * entry.index + 2] += weight * entry.predicted
          }
        }
      }
    }
    return Times().indices.map { lane in
      var total = 0.0
      var count = 0
      for index in 0..<classCount {
        guard
          let term = definition.term(
            truePositives: sums[3 * index][lane], groundTruth: sums[3 * index + 1][lane],
            predicted: sums[3 * index + 2][lane])
        else { continue }
        total += term
        count += 1
      }
      return count > 0 ? total / Double(count) : 0
    }
  }
}
