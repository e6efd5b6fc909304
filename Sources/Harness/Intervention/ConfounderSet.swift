public import Imaging

/// The confounder set C of the paper: for every foreground class the average mask in which it
/// appears, with its prior P(c).
///
/// # Shapes
///
/// - `maps`: `[classCount, size, size]`, row-major, in `0...1`.
///
/// # Source
///
/// Zhang et al., "Causal intervention for weakly-supervised semantic segmentation", NeurIPS 2020,
/// step 4. The paper says neither over which images the average runs nor at which resolution; both
/// are options here.
public struct ConfounderSet: Sendable, Equatable {
  /// Over which images the masks of a class are averaged.
  public enum Average: String, CaseIterable, Sendable, Codable {
    /// Over the images whose mask contains the class.
    case imagesWithClass = "images-with-class"
    /// Over the images whose mask still contains the class after it was reduced to ``size``.
    case imagesWithReducedClass = "images-with-reduced-class"
    /// Over all images.
    case allImages = "all-images"
    /// Over all images, the sum starting at 1 instead of 0, as `MarserX/Volume-C-CAM
    /// step/make_confounder.py` has it.
    case allImagesFromOnes = "all-images-from-ones"
  }

  /// The prior of the confounders.
  public enum Prior: String, CaseIterable, Sendable, Codable {
    /// 1/n for each, as in the paper.
    case uniform
    /// The share of the class among all appearances of classes.
    case empirical
  }

  /// The number of foreground classes, n.
  public let classCount: Int
  /// The side of every map.
  public let size: Int
  /// The average masks.
  public let maps: [Float]
  /// P(c) for every class, with sum 1.
  public let prior: [Float]
  /// The number of masks that contain each class.
  public let imageCounts: [Int]

  /// Creates a set from its parts.
  ///
  /// - Parameters:
  ///   - classCount: The number of foreground classes.
  ///   - size: The side of every map.
  ///   - maps: `[classCount, size, size]` average masks.
  ///   - prior: One probability for each class.
  ///   - imageCounts: The number of masks that contain each class.
  public init(classCount: Int, size: Int, maps: [Float], prior: [Float], imageCounts: [Int]) {
    precondition(
      maps.count == classCount * size * size && prior.count == classCount
        && imageCounts.count == classCount,
      "A confounder set of \(classCount) classes, size \(size), got \(maps.count) map values, "
        + "\(prior.count) priors and \(imageCounts.count) counts")
    self.classCount = classCount
    self.size = size
    self.maps = maps
    self.prior = prior
    self.imageCounts = imageCounts
  }
}

extension ConfounderSet {
  /// Adds up masks one by one, so that a whole training set needs no memory.
  public struct Accumulator {
    private let classCount: Int
    private let size: Int
    private var sums: [Double]
    private var imageCounts: [Int]
    private var reducedImageCounts: [Int]
    private var imageCount = 0

    /// Creates an empty average.
    ///
    /// - Parameters:
    ///   - classCount: The number of foreground classes, at least 1.
    ///   - size: The side that masks are resized to, at least 1.
    public init(classCount: Int, size: Int) {
      precondition(classCount > 0 && size > 0, "Class count and size must be positive")
      self.classCount = classCount
      self.size = size
      sums = [Double](repeating: 0, count: classCount * size * size)
      imageCounts = [Int](repeating: 0, count: classCount)
      reducedImageCounts = imageCounts
    }

    /// Adds one mask; background and undecided pixels count for no class.
    ///
    /// - Parameter mask: A mask of any size with class indices `0 ... classCount` and 255.
    public mutating func add(_ mask: LabelMap) {
      imageCount += 1
      let resized = mask.resized(to: ImageSize(width: size, height: size))
      for index in classes(in: mask) { imageCounts[index - 1] += 1 }
      for index in classes(in: resized) { reducedImageCounts[index - 1] += 1 }
      for (pixel, index) in resized.indices.enumerated()
      where index > 0 && Int(index) <= classCount {
        sums[(Int(index) - 1) * size * size + pixel] += 1
      }
    }

    /// Returns the foreground classes that a mask contains.
    private func classes(in mask: LabelMap) -> [Int] {
      var isPresent = [Bool](repeating: false, count: 256)
      for index in mask.indices { isPresent[Int(index)] = true }
      return (1...classCount).filter { isPresent[$0] }
    }

    /// Returns the averages.
    ///
    /// - Parameter average: Over which images to average.
    /// - Returns: `[classCount, size, size]` averages in double precision.
    public func averages(_ average: Average) -> [Double] {
      let start = average == .allImagesFromOnes ? 1.0 : 0
      let counts = counts(average)
      return sums.enumerated().map { position, sum in
        let count = counts[position / (size * size)]
        return count == 0 ? 0 : (start + sum) / Double(count)
      }
    }

    /// Returns by how many images the sum of each class is divided.
    func counts(_ average: Average) -> [Int] {
      switch average {
      case .imagesWithClass: imageCounts
      case .imagesWithReducedClass: reducedImageCounts
      case .allImages, .allImagesFromOnes: [Int](repeating: imageCount, count: classCount)
      }
    }

    /// Returns the confounder set of the masks added so far.
    ///
    /// - Parameters:
    ///   - average: Over which images to average.
    ///   - prior: The prior of the confounders; empirical falls back to uniform without any class.
    /// - Returns: The averages in single precision with their prior.
    public func confounders(average: Average, prior: Prior) -> ConfounderSet {
      let total = imageCounts.reduce(0, +)
      let probabilities: [Float] =
        prior == .uniform || total == 0
        ? [Float](repeating: 1 / Float(classCount), count: classCount)
        : imageCounts.map { Float($0) / Float(total) }
      return ConfounderSet(
        classCount: classCount, size: size, maps: averages(average).map(Float.init),
        prior: probabilities, imageCounts: imageCounts)
    }
  }
}
