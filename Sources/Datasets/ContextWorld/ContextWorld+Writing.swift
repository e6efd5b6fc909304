import CoreAPI
import Essentials
import Foundation
import Imaging

extension ContextWorld {
  /// Writes scenes, masks, labels and lists as a folder that ``VOCDataset`` reads.
  ///
  /// Images are PNG files, although the layout calls their folder `JPEGImages`: the same pixels
  /// come back. Labels are in `image_labels.tsv`, class names in `class_names.txt`. The folder
  /// appears when it is complete.
  ///
  /// - Parameters:
  ///   - folder: A folder that does not exist yet or is empty.
  ///   - splits: Which of ``splits`` to write.
  ///   - progress: Called after each sample with the number written so far and the total.
  /// - Throws: ``DatasetError/folderNotEmpty(path:)``, ``ContextWorldError`` for an unknown split,
  ///   or a file error; nothing is left behind.
  public func write(
    to folder: String, splits: [String] = ["train", "val"],
    progress: (_ written: Int, _ total: Int) -> Void = { _, _ in }
  ) throws {
    let lists = try splits.map { (split: $0, ids: try sampleIDs(in: $0)) }
    let files = FileManager.default
    if let content = try? files.contentsOfDirectory(atPath: folder) {
      guard content.isEmpty else { throw DatasetError.folderNotEmpty(path: folder) }
    }
    // The URL's path has no slash at its end.
    let destination = URL(fileURLWithPath: folder).path
    try AtomicFile.createDirectory(at: (destination as NSString).deletingLastPathComponent)
    let staging = AtomicFile.stagingDirectory(for: destination)
    do {
      try writeFiles(of: lists, to: staging, progress: progress)
      // The rename replaces an empty folder.
      try AtomicFile.publishDirectory(staging, as: destination)
    } catch {
      try? files.removeItem(atPath: staging)
      throw error
    }
  }

  private func writeFiles(
    of lists: [(split: String, ids: [String])], to root: String,
    progress: (_ written: Int, _ total: Int) -> Void
  ) throws {
    let total = lists.reduce(0) { $0 + $1.ids.count }
    var rows: [(id: String, present: [Bool])] = []
    for (split, ids) in lists {
      for id in ids {
        let scene = try scene(id)
        try scene.image.writePNG(to: "\(root)/JPEGImages/\(id).png")
        try scene.groundTruth.write(to: "\(root)/SegmentationClass/\(id).png")
        rows.append((id, try labels(of: id).present))
        progress(rows.count, total)
      }
      try AtomicFile.write(
        ids.joined(separator: "\n") + "\n", to: "\(root)/ImageSets/Segmentation/\(split).txt")
    }
    try AtomicFile.write(
      LabelTable.text(of: rows, classNames: Array(classes.names.dropFirst())),
      to: "\(root)/image_labels.tsv")
    try AtomicFile.write(
      classes.names.joined(separator: "\n") + "\n", to: "\(root)/class_names.txt")
  }
}
