import Foundation
import Imaging
import SharedTestSupport
import Testing

/// Data that cannot be used is refused in one line that names the file.
@Suite struct BadDataTests {
  private let input: BadInput
  private let root: String

  init() throws {
    input = try BadInput()
    root = try input.world()
  }

  private func ids(_ split: String = "train") throws -> [String] {
    try String(contentsOfFile: "\(root)/ImageSets/Segmentation/\(split).txt", encoding: .utf8)
      .split(separator: "\n").map(String.init)
  }

  @Test func aMissingImage() throws {
    let id = try ids()[3]
    try FileManager.default.removeItem(atPath: "\(root)/JPEGImages/\(id).png")
    try input.expectRefusal(
      [input.onFolder(root)],
      "1 of the 24 images that '\(root)/ImageSets/Segmentation/train.txt' names are absent, the "
        + "first is '\(id)'. Download the missing images or remove their lines.")
  }

  @Test func aListThatNamesAbsentFiles() throws {
    try (ids() + ["x1", "x2"]).joined(separator: "\n").write(
      toFile: "\(root)/ImageSets/Segmentation/more.txt", atomically: true, encoding: .utf8)
    try input.expectRefusal(
      ["data={kind: voc, root: \(root), training_split: more}"],
      "2 of the 26 images that '\(root)/ImageSets/Segmentation/more.txt' names are absent, the "
        + "first is 'x1'. Download the missing images or remove their lines.")
    try input.expectRefusal(
      ["data={kind: voc, root: \(root), training_split: trian}"],
      "There is no list '\(root)/ImageSets/Segmentation/trian.txt' for the split 'trian'. Did you "
        + "mean 'train'? Lists there: more, train, val. Add the list, or name another one as "
        + "'data.training_split', 'data.scored_split' or 'data.validation_split'.")
  }

  @Test func aTruncatedImage() throws {
    let path = "\(root)/JPEGImages/\(try ids()[0]).png"
    let data = try #require(FileManager.default.contents(atPath: path))
    try data.prefix(data.count / 2).write(to: URL(fileURLWithPath: path))
    let outcome = try ContaProcess.run(
      ["run", TinyRun.recipe, input.onFolder(root), "--out", input.output])
    #expect(outcome.code == 1)
    #expect(outcome.result == "")
    #expect(
      outcome.lastMessage == "error: '\(path)' is a damaged PNG image: the file ends early. "
        + "Copy or download the file again.")
    #expect(!FileManager.default.fileExists(atPath: "\(input.output)/stages"))
    #expect(!FileManager.default.fileExists(atPath: "\(input.output)/table.md"))

    try Data().write(to: URL(fileURLWithPath: path))
    try FileManager.default.removeItem(atPath: input.output)
    try input.expectRefusal(
      [input.onFolder(root)],
      "'\(path)' is empty. Expected a PNG or JPEG image; copy or download the file again.")
  }

  @Test func aMaskOfAnotherSize() throws {
    let id = try ids("val")[1]
    let path = "\(root)/SegmentationClass/\(id).png"
    try LabelMap(width: 40, height: 48, filledWith: 0).write(to: path)
    try input.expectRefusal(
      [input.onFolder(root)],
      "The mask '\(path)' of '\(id)' is 40×48, its image is 48×48. Expected equal sizes; replace "
        + "the mask or the image.")
    let outcome = try ContaProcess.run([
      "evaluate", "--predictions", "\(root)/SegmentationClass", "--ground-truth",
      "\(root)/SegmentationClass", "--list", "\(root)/ImageSets/Segmentation/none.txt",
    ])
    #expect(
      outcome
        == .init(
          code: 1, result: "",
          messages: "error: No file at '\(root)/ImageSets/Segmentation/none.txt'. Check the path.\n"
        ))
  }

  @Test func anUnknownClass() throws {
    let names = try String(contentsOfFile: "\(root)/class_names.txt", encoding: .utf8)
      .split(separator: "\n").map(String.init)
    let wrong = names[1] + "s"
    try input.expectRefusal(
      [input.onFolder(root, ", classes: [\(wrong)]")],
      "Unknown class '\(wrong)' in the configuration. Did you mean '\(names[1])'? Known classes: "
        + "\(names.dropFirst().joined(separator: ", ")).")
  }

  @Test func aListWithoutAnyOfTheClasses() throws {
    let lines = try String(contentsOfFile: "\(root)/image_labels.tsv", encoding: .utf8)
      .split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
    let training = Set(try ids())
    let id = try ids("val")[0]
    let labels = try #require(lines.first { $0[0] == id })
    // A class that training images show and this one does not.
    let column = try #require(
      labels.indices.dropFirst().first { column in
        labels[column] == "0" && lines.contains { training.contains($0[0]) && $0[column] == "1" }
      })
    let list = "\(root)/ImageSets/Segmentation/one.txt"
    try id.write(toFile: list, atomically: true, encoding: .utf8)
    for split in ["validation_split", "scored_split"] {
      try input.expectRefusal(
        [input.onFolder(root, ", \(split): one, classes: [\(lines[0][column])]")],
        "None of the images that '\(list)' names, 1 in all, shows a class that is kept: "
          + "\(lines[0][column]). Expected at least one; keep other classes or name another list.")
    }
  }

  @Test func noFolderOfMasks() throws {
    try input.expectRefusal(
      [input.onFolder(root, ", mask_folders: []")],
      "command line: 'data.mask_folders' is an empty list. Expected at least one folder.")
  }

  @Test func aFolderThatIsNoDataSet() throws {
    let path = "\(input.folder.path)/none"
    try input.expectRefusal(
      [input.onFolder(path)],
      "There is no folder '\(path)/JPEGImages'. Expected the layout of PASCAL VOC; name the folder "
        + "that holds JPEGImages, SegmentationClass and ImageSets, often called 'VOC2012'.")
  }

  @Test func aWorldWhereSomethingIs() throws {
    let outcome = try ContaProcess.run(["world", "--out", root])
    #expect(
      outcome
        == .init(
          code: 1, result: "",
          messages: "error: '\(root)' is not empty. Name a new folder, or empty this one first.\n"))
  }
}
