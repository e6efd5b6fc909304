public import CoreAPI
import Imaging
import TensorFiles

/// The confusion matrix of every image of a set, without its zeros.
///
/// Few of the cells of an image's matrix are filled: an image of VOC has about eight of 441. Intervals
/// are computed from these, because mean IoU is a ratio of sums over images.
public struct ImageConfusions: Sendable, Equatable {
  /// The number of classes, the background included.
  public let classCount: Int
  /// The SHA-256 of the images' names in their order: only equal sets can be compared in pairs.
  public let images: String

  /// Where the entries of each image begin in the two lists below, and where the last one's end.
  private(set) var offsets: [UInt32] = [0]
  /// The filled cells, `true class × class count + predicted class`, ascending within an image.
  private(set) var cells: [UInt16] = []
  /// The number of pixels in each of these cells.
  private(set) var counts: [UInt32] = []

  /// Creates an empty set.
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

  /// Adds the next image.
  ///
  /// - Parameter matrix: Its confusion matrix, of as many classes and of fewer than 2³² pixels.
  public mutating func append(_ matrix: ConfusionMatrix) {
    precondition(
      matrix.classCount == classCount,
      "Confusion matrices of \(classCount) and \(matrix.classCount) classes do not belong together")
    for (cell, count) in matrix.counts.enumerated() where count > 0 {
      cells.append(UInt16(cell))
      counts.append(UInt32(count))
    }
    offsets.append(UInt32(cells.count))
  }

  /// Scores the prediction of the next image.
  mutating func add(prediction: LabelMap, groundTruth: LabelMap) throws {
    var matrix = ConfusionMatrix(classCount: classCount)
    try matrix.add(prediction: prediction, groundTruth: groundTruth)
    append(matrix)
  }

  /// Returns the matrix of an image.
  ///
  /// - Parameter image: Its position.
  public subscript(image: Int) -> ConfusionMatrix {
    var matrix = ConfusionMatrix(classCount: classCount)
    add(entries(of: image), to: &matrix)
    return matrix
  }

  /// The matrix of all images together.
  public var total: ConfusionMatrix {
    var matrix = ConfusionMatrix(classCount: classCount)
    add(0..<cells.count, to: &matrix)
    return matrix
  }

  /// The positions of an image's entries in the lists.
  func entries(of image: Int) -> Range<Int> { offsets.run(image) }

  private func add(_ entries: Range<Int>, to matrix: inout ConfusionMatrix) {
    for entry in entries {
      let (truth, prediction) = Int(cells[entry]).quotientAndRemainder(dividingBy: classCount)
      matrix[groundTruth: truth, prediction: prediction] += Int64(counts[entry])
    }
  }
}

// MARK: - Files

extension ImageConfusions {
  /// The lists as tensors, their names below `prefix`.
  func tensors(_ prefix: String) -> [(String, TensorData)] {
    [
      ("\(prefix)/offsets", TensorData(offsets, dtype: .uint32, shape: [offsets.count])),
      ("\(prefix)/cells", TensorData(cells, dtype: .uint16, shape: [cells.count])),
      ("\(prefix)/counts", TensorData(counts, dtype: .uint32, shape: [counts.count])),
    ]
  }

  /// Reads the lists below `prefix` of a file; nil if they do not fit each other.
  init?(_ file: SafetensorsFile, _ prefix: String, classCount: Int, images: String) throws {
    let read = { (name: String) in try file.tensor(named: "\(prefix)/\(name)") }
    let (offsets, cells, counts) = (try read("offsets"), try read("cells"), try read("counts"))
    guard offsets.dtype == .uint32, cells.dtype == .uint16, counts.dtype == .uint32 else {
      return nil
    }
    self.classCount = classCount
    self.images = images
    self.offsets = offsets.values(as: UInt32.self)
    self.cells = cells.values(as: UInt16.self)
    self.counts = counts.values(as: UInt32.self)
    guard self.offsets.divideRuns(of: self.cells.count), self.cells.count == self.counts.count,
      self.cells.allSatisfy({ Int($0) < classCount * classCount })
    else { return nil }
  }
}
