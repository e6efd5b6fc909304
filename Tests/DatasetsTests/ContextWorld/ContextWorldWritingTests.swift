import CoreAPI
import Foundation
import Imaging
import SharedTestSupport
import Testing

@testable import Datasets

@Suite struct ContextWorldWritingTests {
  private func world() throws -> ContextWorld {
    try ContextWorld(.init(width: 64, height: 48, trainingCount: 5, testCount: 3))
  }

  @Test func labelsAreTheClassesOfTheGroundTruth() throws {
    let world = try ContextWorld()
    #expect(
      world.classes.names
        == ["background", "aeroplane", "boat", "bus", "chair", "sheep", "train"])
    for id in try world.sampleIDs(in: "val").prefix(50) {
      let found = Set(try world.groundTruth(of: id).indices.map(Int.init)).subtracting([0])
      #expect(try world.labels(of: id).indices == found.sorted(), "\(id)")
    }
  }

  @Test func writesAFolderInVOCLayout() throws {
    try withTemporaryFolder { folder throws in
      let world = try world()
      let root = "\(folder)/world"
      var reports: [Int] = []
      try world.write(to: root, splits: ["train", "do-water"]) { written, total in
        #expect(total == 8)
        reports.append(written)
      }
      #expect(reports == Array(1...8))
      for id in try world.sampleIDs(in: "train") + world.sampleIDs(in: "do-water") {
        let image = try RGBImage(contentsOf: "\(root)/JPEGImages/\(id).png")
        #expect(try image == world.image(of: id))
        let mask = try LabelMap(contentsOf: "\(root)/SegmentationClass/\(id).png")
        #expect(try mask == world.groundTruth(of: id))
      }
      let list = try String(
        contentsOfFile: "\(root)/ImageSets/Segmentation/do-water.txt", encoding: .utf8)
      #expect(list == "do-water_00000\ndo-water_00001\ndo-water_00002\n")
      let content = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(content == ["world"])
    }
  }

  @Test func writesIntoAnEmptyFolderOnly() throws {
    try withTemporaryFolder { folder throws in
      try world().write(to: "\(folder)/", splits: ["val"])
      expectMessage("'\(folder)' is not empty. Name a new folder, or empty this one first.") {
        try world().write(to: folder)
      }
    }
  }

  @Test func leavesNothingBehindWhenItFails() throws {
    try withTemporaryFolder { folder throws in
      #expect(throws: ContextWorldError.self) {
        try world().write(to: "\(folder)/world", splits: ["train", "test"])
      }
      try Data().write(to: URL(fileURLWithPath: "\(folder)/file"))
      expectMessage(
        "Could not create the folder '\(folder)/file': a file of that name exists."
      ) {
        try world().write(to: "\(folder)/file/world")
      }
      let content = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(content == ["file"])
    }
  }
}
