import CoreAPI
import Essentials
import Foundation
import Imaging
import SharedTestSupport
import Testing

@testable import Datasets

/// The real photographs of `shared/data/voc12_animals`.
@Suite struct VOCPhotographsTests {
  private static let animals = ["cat", "cow", "dog", "horse", "person", "sheep"]

  private func dataset(
    _ folder: String, labels: String, classes: [String]? = animals
  ) throws -> VOCDataset {
    try VOCDataset(
      .init(root: "\(folder)/VOC2012", classes: classes, labelFile: "\(folder)/\(labels)"))
  }

  @Test func readsTheListsOfTheAnimals() throws {
    guard let folder = requireShared("data/voc12_animals") else { return }
    let dataset = try dataset(folder, labels: "cls_labels.npy")
    #expect(dataset.name == "VOC2012")
    for split in dataset.splits {
      let path = "\(folder)/VOC2012/ImageSets/Segmentation/\(split).txt"
      let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
      let labelled = try lines.map(String.init).filter { try !dataset.labels(of: $0).isEmpty }
      #expect(try dataset.sampleIDs(in: split) == labelled)
    }
    let cats = try self.dataset(folder, labels: "cls_labels.npy", classes: ["cat"])
    let all = try dataset.sampleIDs(in: "train")
    #expect(
      try cats.sampleIDs(in: "train")
        == all.filter { try dataset.labels(of: $0).present[0] })
  }

  @Test func bothDialectsAndTheTextTableHoldTheSameLabels() throws {
    guard let folder = requireShared("data/voc12_animals") else { return }
    let sources = try ["cls_labels.npy", "cls_labels_irn.npy", "image_labels_xml.tsv"].map {
      try dataset(folder, labels: $0, classes: nil)
    }
    for id in try sources[0].sampleIDs(in: "train_aug") {
      let labels = try sources[0].labels(of: id)
      #expect(!labels.isEmpty)
      #expect(try sources[1].labels(of: id) == labels)
      #expect(try sources[2].labels(of: id) == labels)
    }
  }

  @Test func masksFitTheirPhotographsAndIgnoreOtherClasses() throws {
    guard let folder = requireShared("data/voc12_animals") else { return }
    let animals = try dataset(folder, labels: "cls_labels.npy")
    let everything = try dataset(folder, labels: "cls_labels.npy", classes: nil)
    for id in try animals.sampleIDs(in: "mini_train").prefix(10) {
      let image = try animals.image(of: id)
      let whole = try everything.groundTruth(of: id)
      let kept = try animals.groundTruth(of: id)
      #expect(whole.width == image.width && whole.height == image.height)
      for (old, new) in zip(whole.indices, kept.indices) where old != new || old > 0 {
        let name = old == LabelMap.ignoreIndex ? "" : everything.classes.names[Int(old)]
        let expected = Self.animals.firstIndex(of: name).map { UInt8($0 + 1) }
        guard new == expected ?? LabelMap.ignoreIndex else {
          Issue.record("\(id): index \(old) became \(new)")
          break
        }
      }
    }
  }

  @Test func readsFromManyThreadsAtOnce() async throws {
    guard let folder = requireShared("data/voc12_animals") else { return }
    let dataset = try dataset(folder, labels: "cls_labels.npy")
    let ids = try Array(dataset.sampleIDs(in: "mini_val").prefix(6))
    let expected = try ids.map { SHA256.hexDigest(of: try dataset.image(of: $0).pixels) }
    let found = try await withThrowingTaskGroup(of: (Int, String).self) { group in
      for (index, id) in ids.enumerated() {
        group.addTask { (index, SHA256.hexDigest(of: try dataset.image(of: id).pixels)) }
      }
      return try await group.reduce(into: [Int: String]()) { $0[$1.0] = $1.1 }
    }
    #expect(expected.indices.allSatisfy { found[$0] == expected[$0] })
  }
}
