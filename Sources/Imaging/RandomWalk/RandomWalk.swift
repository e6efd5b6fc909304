public import Essentials

/// A random walk that spreads class activation maps up to the boundaries of a boundary map.
///
/// The affinity of two pixels within the radius is 1 minus the strongest boundary on the path
/// between them; its power, normalised over the pixels a walker may come from, is the transition
/// matrix T. Propagation multiplies the maps, weakened on the boundaries, by T again and again:
/// ```
/// a(i, j) = 1 - max over the path of boundary,   a(i, i) = 1
/// T(i, j) = a(i, j)^affinityExponent / Σᵢ a(i, j)^affinityExponent
/// result  = (cam ⊙ (1 - boundary)) T^(2^doublings)
/// ```
/// T has 69 entries a column at radius 5. It is kept as one plane for each of the 34 directions,
/// symmetric before its normalisation, and every step is a stencil over the map; the reference
/// squares the dense matrix instead, which takes pixels² memory. Its padding of the map with
/// boundaries of 1 has no effect, because a path between two pixels stays in their bounding box.
///
/// # Source
///
/// Ahn, Cho and Kwak, "Weakly supervised learning of instance segmentation with inter-pixel
/// relations", CVPR 2019, §5. Reference code: `jiwoon-ahn/irn@a2ece0034d
/// misc/indexing.py:propagate_to_edge`. No known difference beyond rounding.
public struct RandomWalk: Sendable {
  /// The number of rows of the map.
  public let height: Int
  /// The number of columns of the map.
  public let width: Int

  private let boundaryMap: [Float]
  private let stencil: WalkStencil
  private let threads: Int

  /// Builds the transitions of a boundary map.
  ///
  /// - Parameters:
  ///   - boundaryMap: `[height, width]` boundary probabilities in `0...1`.
  ///   - height: The number of rows, at least 1.
  ///   - width: The number of columns, at least 1.
  ///   - radius: The radius in pixels within which a step may go, at least 2.
  ///   - affinityExponent: The power of the affinities, at least 1; higher values walk less across
  ///     weak boundaries.
  ///   - threads: The number of threads, at least 1; it does not change the result.
  public init(
    boundaryMap: [Float], height: Int, width: Int, radius: Int, affinityExponent: Int,
    threads: Int = Parallel.defaultThreadCount
  ) {
    precondition(
      height > 0 && width > 0, "Boundary map size must be positive, got \(height)×\(width)")
    precondition(
      boundaryMap.count == height * width,
      "Boundary map of \(height)×\(width) needs \(height * width) values, got \(boundaryMap.count)")
    precondition(
      affinityExponent >= 1, "Affinity exponent must be positive, got \(affinityExponent)")
    self.height = height
    self.width = width
    self.boundaryMap = boundaryMap
    self.threads = threads
    let index = PathIndex(radius: radius)
    var stencil = WalkStencil(
      height: height, width: width, offsets: index.paths.map(\.destination), margin: index.margin)
    stencil.fill(
      affinitiesOf: index, boundaryMap: boundaryMap, exponent: affinityExponent, threads: threads)
    self.stencil = stencil
  }

  /// Spreads maps by 2ⁿ steps.
  ///
  /// - Parameters:
  ///   - cam: `[classes, height, width]` class activation maps, finite.
  ///   - doublings: The binary logarithm n of the number of steps, `0...24`.
  /// - Returns: `[classes, height, width]` maps; every value lies between the extremes of the
  ///   weakened map of its class.
  /// - Complexity: O(2ⁿ × classes × pixels × radius²) in time, O((classes + radius²) × pixels) in
  ///   memory.
  public func propagate(_ cam: [Float], doublings: Int) -> [Float] {
    let pixelCount = height * width
    precondition(
      cam.count.isMultiple(of: pixelCount),
      "\(cam.count) activations do not divide into maps of \(height)×\(width)")
    precondition(0...24 ~= doublings, "Walk doublings must be 0 through 24, got \(doublings)")
    var weakened = cam
    for i in cam.indices { weakened[i] *= 1 - boundaryMap[i % pixelCount] }
    return stencil.walk(weakened, stepCount: 1 << doublings, threads: threads)
  }
}
