public import Essentials

/// A random walk over pixels whose pairwise affinities are given.
///
/// With a the affinity of two pixels, 1 of a pixel with itself and 0 of pixels that are no pair:
/// ```
/// T(i, j) = a(i, j)^exponent / Σᵢ a(i, j)^exponent
/// result  = maps T^(2^doublings)
/// ```
/// The reference squares the dense matrix T; here every step is a stencil over the map, as in
/// ``RandomWalk``.
///
/// # Source
///
/// Ahn and Kwak, "Learning pixel-level semantic affinity with image-level supervision for weakly
/// supervised semantic segmentation", CVPR 2018, §3.3. `jiwoon-ahn/psa infer_aff.py`. No known
/// difference beyond rounding.
public struct AffinityWalk: Sendable {
  private let height: Int
  private let width: Int
  private let stencil: WalkStencil
  private let threads: Int

  /// Builds the transitions.
  ///
  /// - Parameters:
  ///   - affinities: `[offsets, height, width]`: the affinity of a pixel and the one that the offset
  ///     leads to, 0 where there is none; at least 0.
  ///   - offsets: The steps, each to the right in the same row or into a row below.
  ///   - height: The number of rows, at least 1.
  ///   - width: The number of columns, at least 1.
  ///   - exponent: The power of the affinities, at least 1.
  ///   - threads: The number of threads, at least 1; it does not change the result.
  public init(
    affinities: [Float], offsets: [PathIndex.Offset], height: Int, width: Int, exponent: Int,
    threads: Int = Parallel.defaultThreadCount
  ) {
    precondition(height > 0 && width > 0, "Map size must be positive, got \(height)×\(width)")
    precondition(
      affinities.count == offsets.count * height * width,
      "\(offsets.count) offsets on a map of \(height)×\(width) need "
        + "\(offsets.count * height * width) affinities, got \(affinities.count)")
    precondition(
      offsets.allSatisfy { $0.rows > 0 || ($0.rows == 0 && $0.columns > 0) },
      "Offsets must lead to the right or down, got \(offsets)")
    precondition(exponent >= 1, "The affinity exponent must be positive, got \(exponent)")
    self.height = height
    self.width = width
    self.threads = threads
    var stencil = WalkStencil(
      height: height, width: width, offsets: offsets,
      margin: offsets.map { max($0.rows, abs($0.columns)) }.max() ?? 1)
    stencil.fill(affinities: affinities, exponent: exponent, threads: threads)
    self.stencil = stencil
  }

  /// Spreads maps by 2ⁿ steps.
  ///
  /// - Parameters:
  ///   - maps: `[classes, height, width]` values, finite.
  ///   - doublings: The binary logarithm n of the number of steps, `0...24`.
  /// - Returns: `[classes, height, width]` maps.
  /// - Complexity: O(2ⁿ × classes × pixels × offsets) in time.
  public func propagate(_ maps: [Float], doublings: Int) -> [Float] {
    precondition(
      maps.count.isMultiple(of: height * width),
      "\(maps.count) values do not divide into maps of \(height)×\(width)")
    precondition(0...24 ~= doublings, "Walk doublings must be 0 through 24, got \(doublings)")
    return stencil.walk(maps, stepCount: 1 << doublings, threads: threads)
  }
}
