import Essentials

/// The mean difference of two methods over seeds, with its uncertainty over seeds and images.
///
/// A resample draws seeds with replacement, the same ones for both methods, and the images once for
/// all seeds: seeds and images are crossed, every seed is scored on the same images, and drawing
/// images anew for each seed would make their share of the uncertainty shrink with the number of
/// seeds, which it does not. With few seeds such intervals are too narrow, because a mean over three
/// seeds cannot vary more than these three do; ``MinimumDetectableEffect`` counts with Student's t
/// for that reason.
///
/// # Source
///
/// Owen, "The pigeonhole bootstrap", Annals of Applied Statistics 1 (2007), for crossed factors.
struct SeedBootstrap: Sendable {
  /// The difference in every resample.
  let distribution: BootstrapDistribution

  /// Compares two methods.
  ///
  /// - Parameters:
  ///   - first: The first method's mean IoU in every resample of images, one list for each seed.
  ///   - second: The second method's, for the same seeds and resamples.
  ///   - seed: The seed of the draw.
  init(first: [[Double]], second: [[Double]], seed: UInt64) {
    precondition(
      !first.isEmpty && first.map(\.count) == second.map(\.count),
      "A paired comparison needs the same seeds and resamples on both sides")
    let count = first.map(\.count).min() ?? 0
    distribution = BootstrapDistribution(
      (0..<count).map { resample in
        var stream = RandomStream(seed: seed, "seeds", resample)
        var sum = 0.0
        for _ in first.indices {
          let drawn = stream.integer(in: 0...first.count - 1)
          sum += second[drawn][resample] - first[drawn][resample]
        }
        return sum / Double(first.count)
      })
  }
}
