import Essentials
import Imaging

/// What a control puts in the place of a part of the intervention, to show what that part contributes.
public enum InterventionControl: String, CaseIterable, Sendable {
  /// Nothing: this is + CONTA.
  case none
  /// Every image gets the mask X_m of another image.
  case permutedImages = "permuted-images"
  /// The pixels of each c are shuffled, so that C keeps how much of a class there is, not where.
  case permutedPixels = "permuted-pixels"
  /// Each c becomes random blobs of its mean and its amplitude spectrum.
  case equalSpectrum = "equal-spectrum"
  /// Every c becomes the mean of C: the same parameters, and M says nothing of image or place.
  case constantMap = "constant-map"
  /// M is made of the image-level labels: the mean of the c of the classes shown, times P(c).
  case imageLabels = "image-labels"
  /// No context: the baseline is trained again, from another seed (cold) or further (warm).
  case retrained

  /// Whether the control acts on C or on the attention to it, and on nothing else.
  var changesOnlyConfounders: Bool {
    switch self {
    case .none, .permutedImages, .retrained: false
    case .permutedPixels, .equalSpectrum, .constantMap, .imageLabels: true
    }
  }

  /// Returns the confounders that the control uses instead of C.
  ///
  /// - Parameters:
  ///   - set: The confounder set C.
  ///   - seed: The seed of what is random.
  /// - Returns: As many maps of the same size, C itself for controls of other parts.
  func replacement(for set: ConfounderSet, seed: UInt64) -> ConfounderSet {
    let area = set.size * set.size
    var maps = set.maps
    switch self {
    case .none, .permutedImages, .imageLabels, .retrained: return set
    case .permutedPixels:
      for index in 0..<set.classCount {
        var stream = RandomStream(seed: seed, "permuted pixels", index)
        maps[index * area..<(index + 1) * area].shuffle(using: &stream)
      }
    case .equalSpectrum:
      for index in 0..<set.classCount {
        let range = index * area..<(index + 1) * area
        let phases = RandomPhases(
          size: set.size, stream: RandomStream(seed: seed, "equal spectrum", index))
        maps.replaceSubrange(range, with: phases.applied(to: Array(maps[range])))
      }
    case .constantMap:
      let mean = maps.reduce(0.0) { $0 + Double($1) } / Double(maps.count)
      maps = [Float](repeating: Float(mean), count: maps.count)
    }
    return ConfounderSet(
      classCount: set.classCount, size: set.size, maps: maps, prior: set.prior,
      imageCounts: set.imageCounts)
  }

  /// Returns the masks X_m that the control uses, by image.
  ///
  /// - Parameters:
  ///   - masks: The mask of every image.
  ///   - seed: The seed of what is random.
  /// - Returns: The masks; for ``permutedImages`` in a random cyclic order, so that none keeps its own.
  func replacement(for masks: [String: LabelMap], seed: UInt64) -> [String: LabelMap] {
    guard self == .permutedImages else { return masks }
    var stream = RandomStream(seed: seed, "permuted images")
    let ids = masks.keys.sorted().shuffled(using: &stream)
    var result: [String: LabelMap] = [:]
    for (position, id) in ids.enumerated() {
      result[id] = masks[ids[(position + 1) % ids.count]]
    }
    return result
  }

  /// Returns the seed of a round's networks: the run's, so that + CONTA and the controls are paired
  /// with the baseline, but another one where a baseline is trained again.
  func seed(ofRound round: Int, run seed: UInt64) -> UInt64 {
    guard self == .retrained, round > 0 else { return seed }
    var stream = RandomStream(seed: seed, "retrained", round)
    // Recipes write seeds as signed numbers.
    return stream.next() >> 1
  }
}
