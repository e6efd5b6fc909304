import CoreAPI
import Datasets

/// The section `data` of a recipe: which images, and which of them are for what.
struct DataConfiguration {
  /// Where images come from.
  enum Kind: String, CaseIterable {
    /// The embedded synthetic world.
    case contextWorld = "contextworld"
    /// A folder in VOC layout.
    case voc
  }

  let trainingSplit: String
  let scoredSplit: String
  let validationSplit: String
  /// Whether images get each other's labels, to see what a chain scores without supervision.
  let shufflesLabels: Bool
  private let source: Source

  private enum Source {
    case world(ContextWorld.Configuration)
    case folder(VOCDataset.Configuration)
  }

  init(_ reader: ConfigurationReader) throws {
    let kind = try reader.choice("kind", of: Kind.self)
    switch kind {
    case .contextWorld:
      source = .world(try ContextWorld.Configuration(reader))
    case .voc:
      guard let root = try reader.path("root") else {
        throw reader.error("root", expected: "the folder that holds JPEGImages")
      }
      let classes = try reader.strings("classes", default: [], allowsEmpty: true)
      source = .folder(
        VOCDataset.Configuration(
          root: root, classes: classes.isEmpty ? nil : classes,
          keepsImagesWithoutLabels: try reader.bool("keep_unlabelled", default: false),
          maskFolders: try reader.strings(
            "mask_folders", default: ["SegmentationClass", "SegmentationClassAug"],
            of: "folder"),
          labelFile: try reader.path("labels")))
    }
    let isWorld = kind == .contextWorld
    trainingSplit = try reader.string("training_split", default: isWorld ? "train" : "train_aug")
    scoredSplit = try reader.string("scored_split", default: "train")
    validationSplit = try reader.string("validation_split", default: "val")
    shufflesLabels = try reader.bool("shuffled_labels", default: false)
    try reader.finish()
  }

  /// Opens the data set.
  func makeDataset() throws -> any SegmentationDataset {
    switch source {
    case .world(let configuration): try ContextWorld(configuration)
    case .folder(let configuration): try VOCDataset(configuration)
    }
  }
}
