import Foundation
import Imaging
import SharedTestSupport
import Testing

@Suite struct LabelMapFileTests {
  @Test func everyIndexSurvivesAFile() throws {
    try withTemporaryFolder { folder in
      try LabelMap.everyIndex.write(to: "\(folder)/mask.png")
      #expect(try LabelMap(contentsOf: "\(folder)/mask.png") == LabelMap.everyIndex)
    }
  }

  @Test func grayFilesHoldIndicesToo() throws {
    let gray = GrayImage(width: 3, height: 1, samples: [0, 20, 255])
    #expect(try LabelMap(decoding: gray.pngData(), name: "gray").indices == [0, 20, 255])
  }

  @Test func theLargestSizeIsTheCallers() throws {
    let data = try GrayImage(width: 3, height: 2, samples: [1, 2, 3, 4, 5, 6]).pngData()
    #expect(try LabelMap(decoding: data, name: "gray", largest: 6).indices.count == 6)
    expectMessage(
      "'gray' claims 3×2 pixels; at most 5 pixels are read. "
        + "Reduce the image, or check that the file is what it should be."
    ) { _ = try LabelMap(decoding: data, name: "gray", largest: 5) }
  }

  @Test func theColorMapDoesNotChangeTheIndices() throws {
    let inverted = ColorMap(samples: ColorMap.voc.samples.map { 255 - $0 })
    let data = try LabelMap.everyIndex.pngData(colorMap: inverted)
    #expect(try LabelMap(decoding: data, name: "inverted") == LabelMap.everyIndex)
  }

  @Test func vocColoursAreThoseOfTheDevelopmentKit() {
    let expected: [UInt8: [UInt8]] = [
      0: [0, 0, 0], 1: [128, 0, 0], 2: [0, 128, 0], 3: [128, 128, 0], 4: [0, 0, 128],
      8: [64, 0, 0], 15: [192, 128, 128], 20: [0, 64, 128], 255: [224, 224, 192],
    ]
    for (index, color) in expected {
      let (red, green, blue) = ColorMap.voc[index]
      #expect([red, green, blue] == color, "index \(index)")
    }
    let distinct = Set(stride(from: 0, to: 768, by: 3).map { ColorMap.voc.samples[$0..<$0 + 3] })
    #expect(distinct.count == 256)
  }
}
