import CoreAPI

/// Which images a chain learns from and is scored on.
struct ChainSplits {
  /// Trained on.
  let training: [String]
  /// Where CAMs and pseudo-masks are scored.
  let scored: [String]
  /// Where the segmentation network is scored.
  let validation: [String]
  /// How many images a run without a step limit has for each that this one has.
  let imageShare: Double

  /// The images with image-level labels: trained on or scored, each once, in a fixed order.
  var labelled: [String] {
    let known = Set(training)
    return training + scored.filter { !known.contains($0) }
  }

  /// Images of the contact sheet.
  var sheet: [String] { Array(scored.prefix(8)) }

  /// Reads the lists of a data set.
  ///
  /// - Parameters:
  ///   - data: Which split is for what.
  ///   - dataset: The data set.
  ///   - stepLimit: The number of steps of a smoke test, which needs few images.
  ///   - samplesPerStep: The fewest images that every training needs.
  /// - Throws: The data set's error if a list is missing or names absent images.
  init(
    _ data: DataConfiguration, dataset: any SegmentationDataset, stepLimit: Int?,
    samplesPerStep: Int
  ) throws {
    let limit = stepLimit.map { max(2 * $0, 40, samplesPerStep) } ?? .max
    var count = 0
    func ids(_ split: String) throws -> [String] {
      let all = try dataset.sampleIDs(in: split)
      count += all.count
      return Array(all.prefix(limit))
    }
    training = try ids(data.trainingSplit)
    scored = try ids(data.scoredSplit)
    validation = try ids(data.validationSplit)
    imageShare = Double(count) / Double(max(1, training.count + scored.count + validation.count))
  }
}
