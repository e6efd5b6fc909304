import CoreAPI
import Foundation
import Imaging
import SharedTestSupport
import TensorFiles
import Testing

@Suite struct LocalizationCueFileTests {
  private let size = ImageSize(width: 4, height: 3)

  private func cues(_ marks: [(Int, Int, Int)]) -> LocalizationCues {
    var cues = LocalizationCues(classCount: 3, size: size)
    for (label, row, column) in marks { cues[label, row, column] = true }
    return cues
  }

  @Test func readsWhatItWrites() throws {
    try withTemporaryFolder { folder in
      let (path, list) = ("\(folder)/cues.pickle", "\(folder)/input_list.txt")
      let first = cues([(0, 0, 0), (2, 1, 3), (2, 2, 3)])
      let second = cues([(1, 2, 0)])
      try LocalizationCueFile.write(["2007_000032", "2007_000039"], to: path, list: list) {
        $0 == "2007_000032" ? first : second
      }
      let file = try LocalizationCueFile(
        contentsOf: path, list: list, classCount: 3, size: size)
      #expect(file.count == 2)
      #expect(try file.cues(of: "2007_000032") == first)
      #expect(try file.cues(of: "2007_000039") == second)
      let arrays = try PickledArrays.read(path)
      #expect(arrays["0_labels"]?.integers() == [2] && arrays["1_labels"]?.integers() == [1])
      #expect(arrays["0_cues"]?.integers() == [0, 2, 2, 0, 1, 2, 0, 3, 3])
      #expect(
        try String(contentsOfFile: list, encoding: .utf8)
          == "2007_000032.jpg 0\n2007_000039.jpg 1\n")
    }
  }

  @Test func listMayNameFoldersAndHaveSpaces() throws {
    try withTemporaryFolder { folder in
      let (path, list) = ("\(folder)/cues.pickle", "\(folder)/list.txt")
      try PickledArrays.write([("7_cues", [1, 0, 2], [3, 1])], to: path)
      try "/JPEGImages/my 2007_000032.jpg 7\n\n".write(
        toFile: list, atomically: true, encoding: .utf8)
      let file = try LocalizationCueFile(contentsOf: path, list: list, classCount: 3, size: size)
      #expect(try file.cues(of: "my 2007_000032") == cues([(1, 0, 2)]))
    }
  }

  @Test func namedImagesNeedNoList() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/cues.pickle"
      try PickledArrays.write([("dog_cues", [1, 0, 2], [3, 1])], to: path)
      let file = try LocalizationCueFile(contentsOf: path, classCount: 3, size: size)
      #expect(try file.cues(of: "dog") == cues([(1, 0, 2)]))
      expectMessage(
        "'\(path)' has no cues for image 'cat'. If its images are numbered, name their list in "
          + "'cue_list'; otherwise make cues for this data set with 'conta cues'."
      ) { _ = try file.cues(of: "cat") }
    }
  }

  @Test func saysWhatIsWrongWithAFile() throws {
    try withTemporaryFolder { folder in
      let (path, list) = ("\(folder)/cues.pickle", "\(folder)/list.txt")
      func open(list: String = "") throws -> LocalizationCueFile {
        try LocalizationCueFile(contentsOf: path, list: list, classCount: 3, size: size)
      }
      try PickledArrays.write([("0_cues", [1, 0], [2, 1])], to: path)
      expectMessage(
        "'\(path)': the cues of image '0' have the shape [2, 1]. "
          + "Expected [3, count]: class, row and column of every mark."
      ) { _ = try open() }
      for mark in [[3, 0, 0], [0, 3, 0], [0, 0, -1]] {
        try PickledArrays.write([("0_cues", mark.map(Int64.init), [3, 1])], to: path)
        expectMessage(
          "'\(path)': image '0' has a mark at class \(mark[0]), row \(mark[1]), "
            + "column \(mark[2]). Expected classes 0 through 2 on a grid of 4×3; "
            + "the file must be of this data set's classes, and 'cue_grid' the side of its grid."
        ) { _ = try open() }
      }
      try PickledArrays.write([("0_cues", [1, 0, 0], [3, 1])], to: path)
      try "a.jpg 0\nb.jpg\n".write(toFile: list, atomically: true, encoding: .utf8)
      expectMessage("'\(list)', line 2: 'b.jpg'. Expected an image and its number.") {
        _ = try open(list: list)
      }
      try "a.jpg 0\n".write(toFile: list, atomically: true, encoding: .utf8)
      let file = try open(list: list)
      expectMessage(
        "'\(list)' does not list image 'b'. Name the list that belongs to the cues."
      ) { _ = try file.cues(of: "b") }
    }
  }

  @Test func checksThatImagesHaveCuesOnTheFilesGrid() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/cues.pickle"
      try PickledArrays.write(
        [("cat_cues", [0, 0, 1], [3, 1]), ("dog_cues", [1, 1, 3], [3, 1])], to: path)
      func check(_ ids: [String], width: Int, height: Int) throws {
        try LocalizationCueFile(
          contentsOf: path, classCount: 3, size: ImageSize(width: width, height: height)
        ).check(ids)
      }
      // A mark in the last row or in the last column is enough.
      try check(["cat", "dog"], width: 4, height: 3)
      try check(["cat", "dog"], width: 5, height: 2)
      expectMessage(
        "'\(path)': the marks of all images lie in the first 2 rows and 4 columns. Expected a grid "
          + "of 5×3; set 'cue_grid' to the side of the file's grid."
      ) { try check(["cat", "dog"], width: 5, height: 3) }
      expectMessage(
        "'\(path)' has no cues for image 'cow'. If its images are numbered, name their list in "
          + "'cue_list'; otherwise make cues for this data set with 'conta cues'."
      ) { try check(["cat", "cow"], width: 4, height: 3) }
    }
  }

  @Test func folderKeepsCues() throws {
    try withTemporaryFolder { folder in
      let store = CueFolder(path: "\(folder)/cues", classCount: 3)
      #expect(!store.contains("a"))
      let cues = cues([(0, 0, 0), (2, 1, 3), (1, 2, 0)])
      try store.write(cues, of: "a")
      #expect(store.contains("a"))
      #expect(try store.cues(of: "a") == cues)
    }
  }

  @Test func resizedCuesKeepTheirPlace() {
    var cues = LocalizationCues(classCount: 2, size: ImageSize(width: 2, height: 2))
    cues[1, 0, 1] = true
    let larger = cues.resized(to: ImageSize(width: 4, height: 4))
    #expect(larger.marks.count { $0 == 1 } == 4)
    #expect(larger[1, 0, 2] && larger[1, 1, 3] && !larger[1, 2, 2])
    #expect(larger.resized(to: cues.size) == cues)
  }
}
