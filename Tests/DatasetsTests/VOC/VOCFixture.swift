import Essentials
import Foundation
import Imaging
import SharedTestSupport

/// A data set of two classes, cat and dog, made for one test: samples `a` (cat), `b` (cat and dog)
/// and `c` (dog), 4×3 pixels each.
struct VOCFixture {
  let root: String

  init(in folder: String) throws {
    root = "\(folder)/VOC"
    let masks: [(String, [UInt8])] = [
      ("a", [0, 0, 1, 1, 0, 255, 1, 1, 0, 0, 0, 0]),
      ("b", [1, 1, 2, 2, 1, 255, 255, 2, 0, 0, 0, 0]),
      ("c", [2, 2, 2, 2, 2, 2, 2, 2, 0, 0, 0, 0]),
    ]
    for (id, indices) in masks {
      let image = RGBImage(width: 4, height: 3, red: 200, green: 90, blue: UInt8(id.utf8.count))
      try image.writePNG(to: "\(root)/JPEGImages/\(id).png")
      try LabelMap(width: 4, height: 3, indices: indices)
        .write(to: "\(root)/SegmentationClass/\(id).png")
    }
    try write("a\nb\nc\n", to: "ImageSets/Segmentation/train.txt")
    try write("a\nb\n", to: "ImageSets/Segmentation/val.txt")
    try write("background\ncat\ndog\n", to: "class_names.txt")
    try write("id\tcat\tdog\na\t1\t0\nb\t1\t1\nc\t0\t1\n", to: "image_labels.tsv")
  }

  func write(_ text: String, to name: String) throws {
    try AtomicFile.write(text, to: "\(root)/\(name)")
  }

  func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: "\(root)/\(name)")
  }

  /// Calls `body` with a data set in a folder that is removed afterwards.
  static func use(_ body: (VOCFixture) throws -> Void) throws {
    try withTemporaryFolder { try body(VOCFixture(in: $0)) }
  }
}
