import CoreAPI

/// Which images a chain learns from and is scored on.
struct ChainSplits {
  /// Trained on.
  let training: [String]
  /// Where CAMs and pseudo-masks are scored.
  let scored: [String]
  /// Where the segmentation network is scored.
  let validation: [String]

  /// The images with image-level labels: trained on or scored, each once, in a fixed order.
  var labelled: [String] {
    let known = Set(training)
    return training + scored.filter { !known.contains($0) }
  }

  /// Images of the contact sheet.
  var sheet: [String] { Array(scored.prefix(8)) }

  init(_ data: DataConfiguration, dataset: any SegmentationDataset, stepLimit: Int?) throws {
    // A smoke test needs few images, but enough for a batch of every training.
    let limit = stepLimit.map { max(2 * $0, 40) } ?? .max
    func ids(_ split: String) throws -> [String] {
      Array(try dataset.sampleIDs(in: split).prefix(limit))
    }
    training = try ids(data.trainingSplit)
    scored = try ids(data.scoredSplit)
    validation = try ids(data.validationSplit)
  }
}
