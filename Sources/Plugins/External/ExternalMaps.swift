import CoreAPI
import Imaging
import TensorFiles

/// The class activation maps of one `.npy` file, with the data set's class indices.
///
/// # Formats
///
/// - IRN: `{"keys": [n] class numbers, "high_res": [n, height, width], "cam": [n, ⌈height/4⌉,
///   ⌈width/4⌉]}` (`jiwoon-ahn/irn step/make_cam.py`); `cam` may be absent.
/// - SEAM, PSA: `{class number: [height, width]}` (`YudeWang/SEAM infer_SEAM.py`); with the number
///   below the first class, the background's scores. SEAM's normalisation leaves strongly negative
///   scores at the weakest pixels of a class whose summed map never reaches 0; they become 0, as in
///   the seeds of our own SEAM.
struct ExternalMaps {
  /// By class index, `[height, width]` scores in `0...1`.
  private(set) var planes: [Int: [Float]] = [:]
  /// By class index, scores at a quarter of the size; empty for files without them.
  private(set) var quarterPlanes: [Int: [Float]] = [:]
  /// The background's scores, nil for files without them.
  private(set) var background: [Float]?
  /// The class numbers as the file has them.
  private(set) var numbers: [Int] = []

  private let size: ImageSize

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - size: The size of the image.
  ///   - classes: What the file's class numbers mean.
  /// - Throws: ``ExternalError`` if the content does not fit, `TensorFileError` if it is damaged.
  init(contentsOf path: String, size: ImageSize, classes: ClassNumbers) throws {
    self.size = size
    let entries = try NumPyFile.readDictionary(path)
    let tensors = Dictionary(entries.map { ($0.name, $0.tensor) }) { first, _ in first }
    if let keys = tensors["keys"], let stack = tensors["high_res"] {
      numbers = keys.integers()
      let full = try Self.planes(
        of: stack, "'high_res'", count: numbers.count, size: size, lowest: 0, path: path)
      let quarter = try tensors["cam"].map {
        try Self.planes(
          of: $0, "'cam'", count: numbers.count, size: size.strided(by: 4), lowest: 0, path: path)
      }
      for (position, number) in numbers.enumerated() {
        guard let index = try classes.index(of: number, in: path) else { continue }
        planes[index] = full[position]
        quarterPlanes[index] = quarter?[position]
      }
    } else {
      for (name, tensor) in entries {
        guard let number = Int(name) else {
          throw ExternalError.unknownLayout(path: path, keys: entries.map(\.name))
        }
        let plane = try Self.planes(
          of: tensor, "the map '\(name)'", count: nil, size: size, lowest: -.infinity, path: path
        )[0]
        numbers.append(number)
        if number == classes.first - 1 {
          background = plane
        } else if let index = try classes.index(of: number, in: path) {
          planes[index] = plane
        }
      }
    }
  }

  /// Returns the maps of the classes that an image shows; a class without a map scores 0.
  ///
  /// - Parameter classes: Class indices, ascending.
  /// - Returns: The seed.
  func seed(of classes: [Int]) -> Seed {
    let full = Self.map(planes, classes: classes, size: size)
    guard !quarterPlanes.isEmpty else { return Seed(fullResolution: full) }
    return Seed(
      fullResolution: full,
      quarterResolution: Self.map(quarterPlanes, classes: classes, size: size.strided(by: 4)))
  }

  /// Returns the class of the highest score at every pixel.
  ///
  /// - Parameters:
  ///   - classes: The classes to choose from, ascending; nil for all of the file.
  ///   - backgroundScore: The background's score in a file that has none of its own.
  /// - Returns: The label map, of the image's size.
  func labelMap(of classes: [Int]? = nil, backgroundScore: Float) -> LabelMap {
    let map = Self.map(planes, classes: classes ?? planes.keys.sorted(), size: size)
    guard let background else { return map.labelMap(backgroundScore: backgroundScore) }
    var labels = LabelMap(width: size.width, height: size.height, filledWith: 0)
    let area = size.width * size.height
    for pixel in 0..<area {
      var best = background[pixel]
      for plane in map.classes.indices where map.scores[plane * area + pixel] > best {
        best = map.scores[plane * area + pixel]
        labels.indices[pixel] = UInt8(map.classes[plane])
      }
    }
    return labels
  }

  private static func map(
    _ planes: [Int: [Float]], classes: [Int], size: ImageSize
  ) -> ClassActivationMap {
    let zeros = [Float](repeating: 0, count: size.width * size.height)
    return ClassActivationMap(
      classes: classes, height: size.height, width: size.width,
      scores: classes.flatMap { planes[$0] ?? zeros })
  }

  /// How far a score may lie outside of its range, for rounding.
  private static let tolerance: Float = 1e-3

  /// Returns the planes of a stack, or the one plane of a map where `count` is nil.
  ///
  /// Scores from `lowest` through 1 are allowed; those outside of `0...1` are moved to its edge.
  private static func planes(
    of tensor: TensorData, _ what: String, count: Int?, size: ImageSize, lowest limit: Float,
    path: String
  ) throws -> [[Float]] {
    let shape = tensor.shape
    guard shape.count == (count == nil ? 2 : 3), count == nil || shape[0] == count else {
      throw ExternalError.wrongShape(
        path: path, what: what, shape: shape,
        expected: count.map { "\($0) maps, one for each of 'keys', each of \(size) pixels" }
          ?? "one map of \(size) pixels")
    }
    let (height, width) = (shape[shape.count - 2], shape[shape.count - 1])
    guard height == size.height, width == size.width else {
      throw ExternalError.wrongSize(
        path: path, what: what, width: width, height: height, expected: size)
    }
    let scores = tensor.floats()
    let lowest = scores.min() ?? 0
    let highest = scores.max() ?? 0
    guard scores.allSatisfy(\.isFinite), lowest >= limit - tolerance, highest <= 1 + tolerance
    else {
      throw ExternalError.wrongScores(path: path, lowest: lowest, highest: highest)
    }
    let area = size.width * size.height
    return (0..<(count ?? 1)).map { plane in
      scores[plane * area..<(plane + 1) * area].map { min(max($0, 0), 1) }
    }
  }
}
