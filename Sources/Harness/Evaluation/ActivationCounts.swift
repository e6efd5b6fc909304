public import CoreAPI
public import Imaging
import TensorFiles

/// How many pixels of every image have which true class, which highest class, and at which score.
///
/// From these counts follows the confusion matrix of every image at any background threshold, so a
/// class activation map is looked at once and never again. They are exact, because maps are stored at
/// as many levels as are counted here.
public struct ActivationCounts: Sendable, Equatable {
  /// The number of classes, the background included.
  public let classCount: Int
  /// The SHA-256 of the images' names in their order.
  public let images: String

  /// Where the entries of each image begin in the lists below, and where the last one's end.
  private(set) var offsets: [UInt32] = [0]
  /// The pairs of classes, `true class × class count + highest class`, ascending within an image.
  private(set) var cells: [UInt16] = []
  /// The levels of the highest class's score, ascending within a pair.
  private(set) var levels: [UInt8] = []
  /// The number of pixels of each entry.
  private(set) var counts: [UInt32] = []

  /// Creates counts without images.
  ///
  /// - Parameters:
  ///   - classCount: The number of classes, the background included, in `1...255`.
  ///   - images: The SHA-256 of the names of the images that will be added, in their order.
  public init(classCount: Int, images: String) {
    precondition(
      (1...255).contains(classCount), "Class count must be in 1...255, got \(classCount)")
    self.classCount = classCount
    self.images = images
  }

  /// The number of images.
  public var imageCount: Int { offsets.count - 1 }

  /// The positions of an image's entries in the lists.
  private func entries(of image: Int) -> Range<Int> { offsets.run(image) }

  /// Counts the pixels of the next image; pixels of ground truth 255 are left out.
  ///
  /// - Parameters:
  ///   - map: The maps of the image's classes, at the image's size.
  ///   - groundTruth: The true classes.
  /// - Throws: `EvaluationError` if the sizes differ or a class is unknown; nothing is added then.
  public mutating func add(_ map: ClassActivationMap, groundTruth: LabelMap) throws {
    let added = try Self.counts(of: map, groundTruth: groundTruth, classCount: classCount)
    let names = map.classes.isEmpty ? [0] : map.classes
    for (truth, planes) in added.enumerated() {
      for (plane, name) in names.enumerated() {
        for level in 0..<ScoreLevel.count where planes[plane * ScoreLevel.count + level] > 0 {
          cells.append(UInt16(truth * classCount + name))
          levels.append(UInt8(level))
          counts.append(planes[plane * ScoreLevel.count + level])
        }
      }
    }
    offsets.append(UInt32(cells.count))
  }

  /// Returns the pixel counts by true class, plane and level.
  private static func counts(
    of map: ClassActivationMap, groundTruth: LabelMap, classCount: Int
  ) throws -> [[UInt32]] {
    guard map.width == groundTruth.width, map.height == groundTruth.height else {
      throw EvaluationError.sizeMismatch(
        predictionWidth: map.width, predictionHeight: map.height,
        groundTruthWidth: groundTruth.width, groundTruthHeight: groundTruth.height)
    }
    let row = max(1, map.classes.count) * ScoreLevel.count
    var counts = [[UInt32]](repeating: [UInt32](repeating: 0, count: row), count: classCount)
    try HighestScores.forEachPixel(
      of: map.scores, classes: map.classes, groundTruth: groundTruth, classCount: classCount
    ) { truth, best, score in
      counts[truth][(best ?? 0) * ScoreLevel.count + Int(ScoreLevel.level(of: score))] += 1
    }
    return counts
  }

  // MARK: - At a threshold

  /// Returns the confusion matrix of every image at a threshold.
  ///
  /// - Parameter threshold: The background's score; a class must exceed it.
  /// - Returns: The matrices, in the images' order.
  public func confusions(at threshold: Double) -> ImageConfusions {
    confusions(at: threshold, of: Array(0..<imageCount), named: images)
  }

  /// Returns the confusion matrices of some images at a threshold.
  ///
  /// - Parameters:
  ///   - threshold: The background's score; a class must exceed it.
  ///   - positions: The positions of the images.
  ///   - images: What tells this set of images from others.
  /// - Returns: The matrices, in the order of the positions.
  func confusions(
    at threshold: Double, of positions: [Int], named images: String
  ) -> ImageConfusions {
    var result = ImageConfusions(classCount: classCount, images: images)
    for image in positions {
      var matrix = ConfusionMatrix(classCount: classCount)
      for entry in entries(of: image) {
        let (truth, best) = Int(cells[entry]).quotientAndRemainder(dividingBy: classCount)
        let isForeground = ScoreLevel.exceeds(levels[entry], Float(threshold))
        matrix[groundTruth: truth, prediction: isForeground ? best : 0] += Int64(counts[entry])
      }
      result.append(matrix)
    }
    return result
  }

  /// Returns the counts of some images together, ready for any number of thresholds.
  ///
  /// - Parameters:
  ///   - thresholds: The thresholds, strictly ascending, each at least 0.
  ///   - positions: The positions of the images, nil for all.
  /// - Returns: The sweep.
  public func sweep(
    over thresholds: [Float] = ThresholdSweep.unitThresholds, of positions: [Int]? = nil
  ) -> ThresholdSweep {
    var sums = [Int64](repeating: 0, count: classCount * classCount * ScoreLevel.count)
    for image in positions ?? Array(0..<imageCount) {
      for entry in entries(of: image) {
        sums[Int(cells[entry]) * ScoreLevel.count + Int(levels[entry])] += Int64(counts[entry])
      }
    }
    var sweep = ThresholdSweep(classCount: classCount, thresholds: thresholds)
    for (place, count) in sums.enumerated() where count > 0 {
      let (cell, level) = place.quotientAndRemainder(dividingBy: ScoreLevel.count)
      sweep.add(
        count, trueClass: cell / classCount, highestClass: cell % classCount,
        score: ScoreLevel.scores[level])
    }
    return sweep
  }
}

// MARK: - Files

extension ActivationCounts {
  /// The file's name in the output of the stage that counts.
  static let fileName = "activation-counts.safetensors"

  /// Writes the counts into a folder; the file appears whole or not at all.
  ///
  /// - Parameter directory: The folder.
  /// - Throws: `FileError` if the file cannot be written.
  func write(to directory: String) throws {
    try Safetensors.write(
      [
        ("offsets", TensorData(offsets, dtype: .uint32, shape: [offsets.count])),
        ("cells", TensorData(cells, dtype: .uint16, shape: [cells.count])),
        ("levels", TensorData(levels, dtype: .uint8, shape: [levels.count])),
        ("counts", TensorData(counts, dtype: .uint32, shape: [counts.count])),
      ], metadata: ["classes": "\(classCount)", "images": images],
      to: "\(directory)/\(Self.fileName)")
  }

  /// Reads the counts in a folder.
  ///
  /// - Parameter directory: The folder.
  /// - Throws: ``ResultError/damaged(path:)`` if the file is not what this type writes, an error that
  ///   names it if it cannot be read.
  init(in directory: String) throws {
    let path = "\(directory)/\(Self.fileName)"
    let file = try SafetensorsFile(contentsOf: path)
    let read = { (name: String) in try file.tensor(named: name) }
    let (offsets, cells) = (try read("offsets"), try read("cells"))
    let (levels, counts) = (try read("levels"), try read("counts"))
    guard let classCount = file.metadata["classes"].flatMap({ Int($0) }),
      (1...255).contains(classCount), let images = file.metadata["images"],
      [offsets, cells, levels, counts].map(\.dtype) == [.uint32, .uint16, .uint8, .uint32]
    else { throw ResultError.damaged(path: path) }
    self.init(classCount: classCount, images: images)
    self.offsets = offsets.values(as: UInt32.self)
    self.cells = cells.values(as: UInt16.self)
    self.levels = levels.values(as: UInt8.self)
    self.counts = counts.values(as: UInt32.self)
    guard self.offsets.divideRuns(of: self.cells.count),
      self.cells.count == self.counts.count, self.cells.count == self.levels.count,
      self.cells.allSatisfy({ Int($0) < classCount * classCount }),
      self.levels.allSatisfy({ Int($0) < ScoreLevel.count })
    else { throw ResultError.damaged(path: path) }
  }
}
