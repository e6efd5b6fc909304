import CoreAPI
import Essentials
import Imaging

/// A data set whose images have each other's labels: a chain on it must fail.
///
/// It shows how much of a score needs no supervision at all.
struct ShuffledLabels: SegmentationDataset {
  private let dataset: any SegmentationDataset
  private let owner: [String: String]
  private let seed: UInt64

  /// Shuffles the labels among `ids`.
  init(_ dataset: any SegmentationDataset, ids: [String], seed: UInt64) {
    self.dataset = dataset
    self.seed = seed
    var stream = RandomStream(seed: seed, "shuffled labels")
    owner = Dictionary(
      zip(ids, ids.shuffled(using: &stream)), uniquingKeysWith: { first, _ in first })
  }

  var name: String { "\(dataset.name), shuffled labels" }
  var classes: ClassList { dataset.classes }
  var fingerprint: String { "\(dataset.fingerprint) shuffled \(seed)" }
  func sampleIDs(in split: String) throws -> [String] { try dataset.sampleIDs(in: split) }
  func image(of id: String) throws -> RGBImage { try dataset.image(of: id) }
  func imageSize(of id: String) throws -> ImageSize { try dataset.imageSize(of: id) }
  func labels(of id: String) throws -> ImageLabels { try dataset.labels(of: owner[id] ?? id) }
  func groundTruth(of id: String) throws -> LabelMap { try dataset.groundTruth(of: id) }
  func checkFiles(of ids: [String], withMasks: Bool) throws {
    try dataset.checkFiles(of: ids, withMasks: withMasks)
  }
}
