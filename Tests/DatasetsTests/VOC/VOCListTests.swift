import SharedTestSupport
import Testing

@testable import Datasets

@Suite struct VOCListTests {
  @Test func readsBareIDs() throws {
    let ids = try VOCList.ids(in: "2007_000032\n\n 2007_000039 \r\nworld_1.5\n", path: "l.txt")
    #expect(ids == ["2007_000032", "2007_000039", "world_1.5"])
  }

  @Test func readsPairsOfPaths() throws {
    let ids = try VOCList.ids(
      in: """
        /JPEGImages/2007_000032.jpg /SegmentationClassAug/2007_000032.png
        JPEGImages/2007_000039.jpg\tSegmentationClassAug/2007_000039.png
        /JPEGImages/2007_000042.jpg
        """, path: "l.txt")
    #expect(ids == ["2007_000032", "2007_000039", "2007_000042"])
  }

  @Test(arguments: [
    "/JPEGImages/a.jpg /SegmentationClassAug/b.png", "a 1", "a a", "a b c", "../..", "//",
  ])
  func refusesOtherLines(line: String) {
    expectMessage(
      """
      Line 2 of 'l.txt' is '\(line)'. Expected an id such as '2007_000032', or an image path and a \
      mask path of the same name.
      """
    ) { _ = try VOCList.ids(in: "x\n\(line)\n", path: "l.txt") }
  }

  @Test func refusesRepeatedIDsAndEmptyLists() {
    expectMessage("Line 3 of 'l.txt' repeats 'a'. Remove one of the two lines.") {
      _ = try VOCList.ids(in: "a\nb\na\n", path: "l.txt")
    }
    expectMessage("The list 'l.txt' has no ids. Expected one sample a line.") {
      _ = try VOCList.ids(in: "\n \n", path: "l.txt")
    }
  }
}
