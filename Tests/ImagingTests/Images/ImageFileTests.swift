import Essentials
import Foundation
import Imaging
import SharedTestSupport
import Testing

@Suite struct ImageFileTests {
  @Test func rgbSurvivesPNG() throws {
    let image = RGBImage.noise(width: 37, height: 23)
    #expect(try RGBImage(decoding: image.pngData(), name: "noise") == image)
  }

  @Test func rgbSurvivesAFile() throws {
    try withTemporaryFolder { folder in
      let image = RGBImage.noise(width: 5, height: 4)
      try image.writePNG(to: "\(folder)/new/image.png")
      #expect(try RGBImage(contentsOf: "\(folder)/new/image.png") == image)
      #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/new").count == 1)
    }
  }

  @Test func grayBecomesThreeEqualChannels() throws {
    let gray = GrayImage(width: 3, height: 1, samples: [0, 100, 255])
    let image = try RGBImage(decoding: gray.pngData(), name: "gray")
    #expect(image.pixels == [0, 0, 0, 100, 100, 100, 255, 255, 255])
  }

  @Test func palettesAreLookedUpForRGB() throws {
    let labels = LabelMap(width: 3, height: 1, indices: [0, 15, 255])
    let image = try RGBImage(decoding: labels.pngData(), name: "labels")
    #expect(image.pixels == [0, 0, 0, 192, 128, 128, 224, 224, 192])
    #expect(image == labels.colored())
  }

  @Test func jpegKeepsASmoothImage() throws {
    let image = RGBImage.ramp(width: 64, height: 48)
    let decoded = try RGBImage(decoding: image.jpegData(quality: 95), name: "ramp")
    #expect(decoded.size == image.size)
    let worst = zip(decoded.pixels, image.pixels).map { abs(Int($0) - Int($1)) }.max() ?? 0
    #expect(worst <= 8)
  }

  @Test func jpegGrowsItsBufferForNoise() throws {
    let data = try RGBImage.noise(width: 400, height: 300).jpegData(quality: 100)
    #expect(data.count > 1 << 16)
    #expect(try RGBImage(decoding: data, name: "noise").width == 400)
  }

  @Test func theContentDecidesNotTheName() throws {
    try withTemporaryFolder { folder in
      let image = RGBImage.ramp(width: 8, height: 8)
      try AtomicFile.write(image.pngData(), to: "\(folder)/misnamed.jpg")
      #expect(try RGBImage(contentsOf: "\(folder)/misnamed.jpg") == image)
    }
  }

  @Test func bytesAfterTheEndAreIgnored() throws {
    let image = RGBImage.noise(width: 4, height: 4)
    #expect(try RGBImage(decoding: image.pngData() + [1, 2, 3], name: "tail") == image)
    _ = try RGBImage(decoding: image.jpegData(quality: 90) + [1, 2, 3], name: "tail")
  }

  @Test func strayBytesBetweenJPEGMarkersAreSkipped() throws {
    let data = try RGBImage.ramp(width: 16, height: 16).jpegData(quality: 90)
    let strayed = data.dropLast(2) + [0, 1, 2] + data.suffix(2)
    #expect(
      try RGBImage(decoding: strayed, name: "stray") == RGBImage(decoding: data, name: "plain"))
  }

  @Test func dataSlicesAreReadFromTheirStart() throws {
    let image = RGBImage.noise(width: 4, height: 4)
    let slice = try (Data([9, 9]) + image.pngData()).dropFirst(2)
    #expect(try RGBImage(decoding: slice, name: "slice") == image)
  }

  @Test func scoresBecomeGray() {
    let image = GrayImage(width: 6, height: 1, scores: [0, 0.5, 1, -1, 2, .nan])
    #expect(image.samples == [0, 128, 255, 0, 255, 0])
  }

  @Test func everyTruncationIsAnError() throws {
    let image = RGBImage.noise(width: 9, height: 7)
    for data in [try image.pngData(), try image.jpegData(quality: 80)] {
      for count in 0..<data.count {
        #expect(throws: ImagingError.self) {
          try RGBImage(decoding: data.prefix(count), name: "truncated")
        }
      }
    }
  }

  @Test func damagedBytesNeverCrash() throws {
    let image = RGBImage.noise(width: 9, height: 7)
    var stream = RandomStream(seed: 3, "damage")
    for data in [
      try image.pngData(), try image.jpegData(quality: 80),
      try LabelMap.everyIndex.pngData(),
    ] {
      for position in data.indices {
        var damaged = data
        damaged[position] ^= UInt8(stream.integer(in: 1...255))
        _ = try? RGBImage(decoding: damaged, name: "damaged")
        _ = try? LabelMap(decoding: damaged, name: "damaged")
      }
    }
  }

  @Test func writingWhereNothingMayBeWrittenIsAnError() {
    let image = RGBImage(width: 1, height: 1, red: 0, green: 0, blue: 0)
    #expect(throws: FileError.noPermission(path: "/sys/image.png")) {
      try image.writePNG(to: "/sys/image.png")
    }
    #expect(throws: FileError.noPermission(path: "/sys/image.jpg")) {
      try image.writeJPEG(to: "/sys/image.jpg", quality: 90)
    }
  }

  @Test func writingOverAFolderLeavesNothingBehind() throws {
    try withTemporaryFolder { folder in
      let target = "\(folder)/taken.png"
      try FileManager.default.createDirectory(
        atPath: target, withIntermediateDirectories: true)
      let image = RGBImage(width: 1, height: 1, red: 0, green: 0, blue: 0)
      #expect(throws: FileError.self) { try image.writePNG(to: target) }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["taken.png"])
    }
  }
}
